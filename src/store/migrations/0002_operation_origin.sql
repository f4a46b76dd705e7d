-- What an operation found when it was accepted, and what counts again when it is cancelled: the
-- resource's spec ("null": the operation made the resource), the state it was in, and the names of
-- the secrets that were given anew (their earlier values are kept as secrets of the resource).
ALTER TABLE operations ADD COLUMN spec_before TEXT NOT NULL DEFAULT 'null';

ALTER TABLE operations ADD COLUMN state_before TEXT NOT NULL DEFAULT 'active';

ALTER TABLE operations ADD COLUMN secrets_before TEXT NOT NULL DEFAULT '[]';
