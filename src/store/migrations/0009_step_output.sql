-- What a step's long work says while it goes on, in pieces. Of each step the newest pieces are kept.
-- Positions are bytes from the beginning of all that the step ever wrote. `source` is the job that
-- wrote the piece, `source_end` how far that job's own log has been read.
CREATE TABLE step_output (
  step_id TEXT NOT NULL REFERENCES steps (id),
  number BIGINT NOT NULL,
  operation_id TEXT NOT NULL REFERENCES operations (id),
  begins BIGINT NOT NULL,
  ends BIGINT NOT NULL,
  content TEXT NOT NULL,
  source TEXT NOT NULL,
  source_end BIGINT NOT NULL,
  written_at BIGINT NOT NULL,
  PRIMARY KEY (step_id, number)
);

CREATE INDEX step_output_of_operation ON step_output (operation_id, step_id, ends);

CREATE INDEX step_output_by_age ON step_output (written_at);
