-- Sign-ins of browsers. A session stands for the token that it was begun with and ends with it, at
-- the latest. Only the hash of its id is kept: who reads the database cannot take a session over.
CREATE TABLE sessions (
  id_hash TEXT PRIMARY KEY,
  token_id TEXT NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_of_token ON sessions (token_id);

CREATE INDEX sessions_by_end ON sessions (expires_at);
