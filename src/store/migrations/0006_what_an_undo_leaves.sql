-- What the resource cost when an operation was accepted, for when the operation is undone (negative:
-- unknown), and how long the operation lay idle between its failures and what people then asked for.
ALTER TABLE operations ADD COLUMN price_before DOUBLE PRECISION NOT NULL DEFAULT -1;

ALTER TABLE operations ADD COLUMN idle_ms BIGINT NOT NULL DEFAULT 0;

-- The first thing that is wrong with a resource, as its kind says it.
ALTER TABLE resource_summaries ADD COLUMN problem TEXT NOT NULL DEFAULT '';
