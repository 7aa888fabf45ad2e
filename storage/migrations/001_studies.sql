-- Times are whole milliseconds since 1970. Columns that hold lists or maps are JSON text; in metrics the numbers
-- that JSON lacks are the words "NaN", "Infinity" and "-Infinity".

-- "sqtn": how a file is known to be one of ours.
PRAGMA application_id = 1936815214;

CREATE TABLE studies (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  key TEXT NOT NULL UNIQUE,
  goal TEXT NOT NULL CHECK (goal IN ('minimize', 'maximize')),
  metric TEXT NOT NULL,
  seed INTEGER NOT NULL,
  source TEXT NOT NULL,
  config TEXT NOT NULL,
  data_sha256 TEXT NOT NULL,
  data_bytes INTEGER NOT NULL,
  data_file TEXT NOT NULL,
  versions TEXT NOT NULL,
  baselines TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- What changes in a study while it runs, apart from its long texts.
CREATE TABLE progress (
  study INTEGER PRIMARY KEY REFERENCES studies,
  state TEXT NOT NULL CHECK (state IN ('running', 'interrupted', 'complete', 'stopped', 'failed')),
  reason TEXT,
  ended_at INTEGER,
  -- Reports recorded and trials ended so far: where their order goes on.
  reports INTEGER NOT NULL DEFAULT 0,
  ended INTEGER NOT NULL DEFAULT 0,
  -- Grows over the whole database: the study with the highest was changed last.
  changed INTEGER NOT NULL
) STRICT;

CREATE INDEX progress_by_change ON progress (changed);

CREATE TABLE trials (
  study INTEGER NOT NULL REFERENCES studies,
  number INTEGER NOT NULL CHECK (number >= 0),
  params TEXT NOT NULL,
  seed INTEGER NOT NULL,
  epochs INTEGER NOT NULL,
  origin TEXT,
  added_at INTEGER NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('running', 'paused', 'complete', 'pruned', 'diverged', 'failed', 'cancelled')),
  reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Kept from the reports that count.
  epochs_done INTEGER NOT NULL DEFAULT 0,
  top_epoch INTEGER NOT NULL DEFAULT 0,
  last_value REAL,
  best_epoch INTEGER,
  value REAL,
  -- The value with the goal applied: lower is better.
  score REAL,
  model_sha256 TEXT,
  model_bytes INTEGER,
  model_epoch INTEGER,
  checkpoint_sha256 TEXT,
  checkpoint_bytes INTEGER,
  checkpoint_epoch INTEGER,
  checkpoint_attempt INTEGER,
  ended_at INTEGER,
  ended_order INTEGER,
  PRIMARY KEY (study, number)
) STRICT;

CREATE INDEX trials_by_score ON trials (study, score, number);

CREATE TABLE trial_counts (
  study INTEGER NOT NULL REFERENCES studies,
  state TEXT NOT NULL,
  trials INTEGER NOT NULL,
  PRIMARY KEY (study, state)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER trial_counted AFTER INSERT ON trials
BEGIN
  INSERT INTO trial_counts (study, state, trials) VALUES (new.study, new.state, 1)
    ON CONFLICT DO UPDATE SET trials = trials + 1;
END;

CREATE TRIGGER trial_moved AFTER UPDATE OF state ON trials WHEN new.state <> old.state
BEGIN
  UPDATE trial_counts SET trials = trials - 1 WHERE study = old.study AND state = old.state;
  INSERT INTO trial_counts (study, state, trials) VALUES (new.study, new.state, 1)
    ON CONFLICT DO UPDATE SET trials = trials + 1;
END;

CREATE TABLE attempts (
  study INTEGER NOT NULL,
  trial INTEGER NOT NULL,
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  state TEXT NOT NULL CHECK (
    state IN ('offered', 'running', 'complete', 'stopped', 'paused', 'handed_back', 'diverged', 'failed', 'lost')
  ),
  worker TEXT,
  engine TEXT,
  from_epoch INTEGER NOT NULL,
  to_epoch INTEGER NOT NULL,
  reason TEXT,
  offered_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  PRIMARY KEY (study, trial, attempt),
  FOREIGN KEY (study, trial) REFERENCES trials
) STRICT, WITHOUT ROWID;

CREATE TABLE reports (
  study INTEGER NOT NULL,
  trial INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  n INTEGER NOT NULL,
  -- Place in the order in which the reports of the study were recorded, from 1.
  place INTEGER NOT NULL,
  -- 1: it came too late to count.
  stale INTEGER NOT NULL CHECK (stale IN (0, 1)),
  epoch INTEGER NOT NULL CHECK (epoch >= 1),
  value REAL,
  metrics TEXT NOT NULL,
  seconds REAL NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (study, trial, attempt, n),
  FOREIGN KEY (study, trial, attempt) REFERENCES attempts
) STRICT, WITHOUT ROWID;

CREATE INDEX reports_by_place ON reports (study, place);

CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  study INTEGER NOT NULL REFERENCES studies,
  name TEXT NOT NULL,
  data TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE INDEX events_by_study ON events (study, id);

-- Wishes of other processes for the coordinator; without a trial: the whole study.
CREATE TABLE stop_requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  study INTEGER NOT NULL REFERENCES studies,
  trial INTEGER,
  at INTEGER NOT NULL,
  FOREIGN KEY (study, trial) REFERENCES trials
) STRICT;

CREATE INDEX stop_requests_by_study ON stop_requests (study, id);

CREATE TABLE workers (
  study INTEGER NOT NULL REFERENCES studies,
  id TEXT NOT NULL,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  version TEXT NOT NULL,
  engine TEXT,
  labels TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  PRIMARY KEY (study, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE evaluations (
  study INTEGER NOT NULL,
  trial INTEGER NOT NULL,
  split TEXT NOT NULL CHECK (split IN ('validation', 'test')),
  metrics TEXT NOT NULL,
  baselines TEXT NOT NULL,
  windows INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (study, trial, split),
  FOREIGN KEY (study, trial) REFERENCES trials
) STRICT, WITHOUT ROWID;
