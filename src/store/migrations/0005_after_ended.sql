-- Keys of the steps that must have ended before this one begins, well or not.
ALTER TABLE steps ADD COLUMN after_ended_keys TEXT NOT NULL DEFAULT '[]';
