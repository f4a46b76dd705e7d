-- What a step measured last while it is under way, as its kind has it.
ALTER TABLE steps ADD COLUMN figures TEXT NOT NULL DEFAULT 'null';
