-- What all nodes of a resource cost together, by its spec; negative: unknown.
ALTER TABLE resources ADD COLUMN monthly_usd DOUBLE PRECISION NOT NULL DEFAULT -1;

-- What the plan of an operation said to people, besides its steps.
ALTER TABLE operations ADD COLUMN outline TEXT NOT NULL DEFAULT 'null';

-- A narrow copy of what tables show of the resources that are not deleted, written with each of
-- them: their own rows hold whole specs and states, which no filter should have to read past.
CREATE TABLE resource_summaries (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  health TEXT NOT NULL,
  type TEXT NOT NULL,
  region TEXT NOT NULL,
  version TEXT NOT NULL,
  node_counts TEXT NOT NULL,
  nodes BIGINT NOT NULL,
  monthly_usd DOUBLE PRECISION NOT NULL,
  generation BIGINT NOT NULL,
  current_operation_id TEXT NOT NULL,
  observed_at TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE INDEX summaries_newest ON resource_summaries (organization_id, created_at, id);

-- Filtering and counting operations reads this index alone.
CREATE INDEX operations_filtered ON operations
  (organization_id, created_at, id, resource_id, state, action);

-- What was measured at each look at a resource, kept for some hours.
CREATE TABLE samples (
  resource_id TEXT NOT NULL REFERENCES resources (id),
  taken_at BIGINT NOT NULL,
  readings TEXT NOT NULL,
  PRIMARY KEY (resource_id, taken_at)
);

CREATE INDEX samples_by_age ON samples (taken_at);
