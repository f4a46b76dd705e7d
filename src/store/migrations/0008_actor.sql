-- Who asked for an operation, and whom each event of it goes back to: {"type", "id", "name"}; null:
-- it was accepted before actors were kept. What Ashlar itself began to heal is known all the same.
ALTER TABLE operations ADD COLUMN actor TEXT NOT NULL DEFAULT 'null';

ALTER TABLE events ADD COLUMN actor TEXT NOT NULL DEFAULT 'null';

UPDATE operations SET actor = '{"type":"healing","id":null,"name":null}' WHERE heals <> '[]';
