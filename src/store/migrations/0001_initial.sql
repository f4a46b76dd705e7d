-- Standard SQL that SQLite and PostgreSQL both read. Ids are TEXT, times are BIGINT milliseconds
-- since the epoch (UTC), JSON is TEXT, truth is 0 or 1. Each statement ends with a semicolon at the
-- end of a line, and nowhere else in the file does a line end with one.

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE organizations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  name TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  permissions TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE resources (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  spec TEXT NOT NULL,
  status TEXT NOT NULL,
  state TEXT NOT NULL,
  generation BIGINT NOT NULL,
  current_operation_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- A name is free again once its resource is deleted.
CREATE UNIQUE INDEX resources_by_name ON resources (organization_id, kind, name)
  WHERE state <> 'deleted';

CREATE INDEX resources_newest ON resources (organization_id, created_at, id);

CREATE TABLE machines (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  resource_id TEXT NOT NULL REFERENCES resources (id),
  node TEXT NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  provider TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  region TEXT NOT NULL,
  size TEXT NOT NULL,
  public_address TEXT NOT NULL,
  private_address TEXT NOT NULL,
  host_key TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (resource_id, node)
);

CREATE TABLE operations (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  resource_id TEXT NOT NULL REFERENCES resources (id),
  kind TEXT NOT NULL,
  resource_name TEXT NOT NULL,
  action TEXT NOT NULL,
  summary TEXT NOT NULL,
  state TEXT NOT NULL,
  error TEXT NOT NULL,
  stuck BIGINT NOT NULL,
  steps_total BIGINT NOT NULL,
  steps_done BIGINT NOT NULL,
  expected_ms BIGINT NOT NULL,
  monthly_usd_before DOUBLE PRECISION NOT NULL,
  monthly_usd_after DOUBLE PRECISION NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  finished_at BIGINT,
  idempotency_key TEXT NOT NULL DEFAULT ''
);

-- Two operations must never change one resource at the same time, whatever the code above does.
CREATE UNIQUE INDEX operations_one_open ON operations (resource_id)
  WHERE state IN ('pending', 'running', 'cancelling');

CREATE INDEX operations_newest ON operations (organization_id, created_at, id);

CREATE INDEX operations_of_resource ON operations (resource_id, created_at, id);

CREATE UNIQUE INDEX operations_by_idempotency_key ON operations (organization_id, idempotency_key)
  WHERE idempotency_key <> '';

CREATE TABLE steps (
  id TEXT PRIMARY KEY,
  operation_id TEXT NOT NULL REFERENCES operations (id),
  position BIGINT NOT NULL,
  step_key TEXT NOT NULL,
  step_type TEXT NOT NULL,
  title TEXT NOT NULL,
  phase TEXT NOT NULL,
  node TEXT NOT NULL,
  args TEXT NOT NULL,
  after_keys TEXT NOT NULL,
  expected_ms BIGINT NOT NULL,
  deadline_ms BIGINT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  state_data TEXT NOT NULL,
  outputs TEXT NOT NULL,
  because TEXT NOT NULL,
  not_before BIGINT,
  started_at BIGINT,
  progress_at BIGINT,
  finished_at BIGINT,
  lease_owner TEXT NOT NULL,
  lease_until BIGINT,
  stuck BIGINT NOT NULL,
  UNIQUE (operation_id, position),
  UNIQUE (operation_id, step_key)
);

-- What the workers look through many times a second: only steps that may become due.
CREATE INDEX steps_due ON steps (not_before, position)
  WHERE state IN ('ready', 'running', 'waiting', 'undoing');

CREATE TABLE events (
  operation_id TEXT NOT NULL REFERENCES operations (id),
  number BIGINT NOT NULL,
  step_id TEXT NOT NULL,
  step_key TEXT NOT NULL,
  type TEXT NOT NULL,
  message TEXT NOT NULL,
  data TEXT NOT NULL,
  occurred_at BIGINT NOT NULL,
  PRIMARY KEY (operation_id, number)
);

-- The first answer to each idempotency key, with a digest of the request it answered.
CREATE TABLE answers (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  idempotency_key TEXT NOT NULL,
  request_digest TEXT NOT NULL,
  answer TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, idempotency_key)
);

-- Encrypted; the three key columns are bound into the ciphertext.
CREATE TABLE secrets (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (organization_id, owner, name)
);
