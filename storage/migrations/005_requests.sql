-- A trial that does not count: why. Its row and reports stay as they were, but for the value that ranks it.
ALTER TABLE trials ADD COLUMN invalid TEXT;

CREATE TRIGGER trial_invalidated AFTER UPDATE OF invalid ON trials WHEN old.invalid IS NULL AND new.invalid IS NOT NULL
BEGIN
  UPDATE trial_counts SET trials = trials - 1 WHERE study = old.study AND state = old.state;
  INSERT INTO trial_counts (study, state, trials) VALUES (new.study, 'invalid', 1)
    ON CONFLICT DO UPDATE SET trials = trials + 1;
END;

-- Wishes of other processes for the coordinator, besides stopping: kind and JSON.
CREATE TABLE requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  study INTEGER NOT NULL REFERENCES studies,
  kind TEXT NOT NULL CHECK (kind IN ('invalid', 'enqueue')),
  data TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE INDEX requests_by_study ON requests (study, id);
