import Database from "better-sqlite3";
import type { OptunaStudy, OptunaTrial } from "./study.ts";

/** The tables as Optuna 5.0 makes them (optuna/storages/_rdb/models.py), with the mark of its newest migration. */
const SCHEMA = `
CREATE TABLE studies (study_id INTEGER NOT NULL PRIMARY KEY, study_name VARCHAR(512) NOT NULL);
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE TABLE version_info (version_info_id INTEGER NOT NULL PRIMARY KEY, schema_version INTEGER,
  library_version VARCHAR(256), CHECK (version_info_id = 1));
CREATE TABLE study_directions (study_direction_id INTEGER NOT NULL PRIMARY KEY, direction VARCHAR(8) NOT NULL,
  study_id INTEGER NOT NULL REFERENCES studies (study_id), objective INTEGER NOT NULL, UNIQUE (study_id, objective));
CREATE TABLE study_user_attributes (study_user_attribute_id INTEGER NOT NULL PRIMARY KEY,
  study_id INTEGER REFERENCES studies (study_id), "key" VARCHAR(512), value_json TEXT, UNIQUE (study_id, "key"));
CREATE TABLE study_system_attributes (study_system_attribute_id INTEGER NOT NULL PRIMARY KEY,
  study_id INTEGER REFERENCES studies (study_id), "key" VARCHAR(512), value_json TEXT, UNIQUE (study_id, "key"));
CREATE TABLE trials (trial_id INTEGER NOT NULL PRIMARY KEY, number INTEGER,
  study_id INTEGER REFERENCES studies (study_id), state VARCHAR(8) NOT NULL, datetime_start DATETIME,
  datetime_complete DATETIME);
CREATE INDEX ix_trials_study_id ON trials (study_id);
CREATE TABLE trial_user_attributes (trial_user_attribute_id INTEGER NOT NULL PRIMARY KEY,
  trial_id INTEGER REFERENCES trials (trial_id), "key" VARCHAR(512), value_json TEXT, UNIQUE (trial_id, "key"));
CREATE TABLE trial_system_attributes (trial_system_attribute_id INTEGER NOT NULL PRIMARY KEY,
  trial_id INTEGER REFERENCES trials (trial_id), "key" VARCHAR(512), value_json TEXT, UNIQUE (trial_id, "key"));
CREATE TABLE trial_params (param_id INTEGER NOT NULL PRIMARY KEY, trial_id INTEGER REFERENCES trials (trial_id),
  param_name VARCHAR(512), param_value FLOAT, distribution_json TEXT, UNIQUE (trial_id, param_name));
CREATE TABLE trial_values (trial_value_id INTEGER NOT NULL PRIMARY KEY,
  trial_id INTEGER NOT NULL REFERENCES trials (trial_id), objective INTEGER NOT NULL, value FLOAT,
  value_type VARCHAR(7) NOT NULL, UNIQUE (trial_id, objective));
CREATE TABLE trial_intermediate_values (trial_intermediate_value_id INTEGER NOT NULL PRIMARY KEY,
  trial_id INTEGER NOT NULL REFERENCES trials (trial_id), step INTEGER NOT NULL, intermediate_value FLOAT,
  intermediate_value_type VARCHAR(7) NOT NULL, UNIQUE (trial_id, step));
CREATE TABLE trial_heartbeats (trial_heartbeat_id INTEGER NOT NULL PRIMARY KEY,
  trial_id INTEGER NOT NULL REFERENCES trials (trial_id), heartbeat DATETIME NOT NULL, UNIQUE (trial_id));
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO version_info VALUES (1, 12, '5.0.0');
INSERT INTO alembic_version VALUES ('v3.2.0.a');
`;

/** Writes a study to a new file that Optuna 3.2 to 5 opens as `sqlite:///FILE`. The file must be empty or absent. */
export function writeOptunaFile(file: string, study: OptunaStudy): void {
  const db = new Database(file);
  try {
    db.transaction(() => {
      db.exec(SCHEMA);
      db.prepare("INSERT INTO studies VALUES (1, ?)").run(study.name);
      const direct = db.prepare(
        "INSERT INTO study_directions (direction, study_id, objective) VALUES (?, 1, ?)",
      );
      for (const [objective, direction] of study.directions.entries()) direct.run(direction, objective);
      const attribute = db.prepare(
        `INSERT INTO study_user_attributes (study_id, "key", value_json) VALUES (1, ?, ?)`,
      );
      for (const [key, value] of Object.entries(study.userAttrs)) attribute.run(key, JSON.stringify(value));
      if (study.metricNames.length > 0) {
        db.prepare(`INSERT INTO study_system_attributes (study_id, "key", value_json) VALUES (1, ?, ?)`).run(
          "study:metric_names",
          JSON.stringify(study.metricNames),
        );
      }
      const write = trialWriter(db);
      for (const trial of study.trials) write(trial);
    })();
  } finally {
    db.close();
  }
}

function trialWriter(db: Database.Database): (trial: OptunaTrial) => void {
  const add = db.prepare("INSERT INTO trials VALUES (?, ?, 1, ?, ?, ?)");
  const param = db.prepare(
    "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?)",
  );
  const value = db.prepare(
    "INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, ?, ?, ?)",
  );
  const step = db.prepare(
    "INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type) VALUES (?, ?, ?, ?)",
  );
  const attribute = db.prepare(
    `INSERT INTO trial_user_attributes (trial_id, "key", value_json) VALUES (?, ?, ?)`,
  );
  const constraint = db.prepare(
    `INSERT INTO trial_system_attributes (trial_id, "key", value_json) VALUES (?, 'constraints', ?)`,
  );
  return (trial) => {
    const id = trial.number + 1;
    add.run(id, trial.number, trial.state, localTime(trial.startedAt), localTime(trial.completedAt));
    for (const { name, value: internal, distribution } of trial.params) {
      param.run(id, name, internal, JSON.stringify(distribution));
    }
    for (const [objective, each] of trial.values.entries()) value.run(id, objective, ...typed(each));
    for (const [at, each] of trial.intermediate) step.run(id, at, ...typed(each));
    for (const [key, each] of Object.entries(trial.userAttrs)) attribute.run(id, key, JSON.stringify(each));
    if (trial.constraints.length > 0) constraint.run(id, JSON.stringify(trial.constraints));
  };
}

/** A number as Optuna stores it beside its type: SQLite has no NaN, and infinities are kept apart. */
function typed(value: number): [number | null, string] {
  if (Number.isNaN(value)) return [null, "NAN"];
  if (Number.isFinite(value)) return [value, "FINITE"];
  return [null, value > 0 ? "INF_POS" : "INF_NEG"];
}

/** Optuna stores the local time without a zone (`datetime.now()`). */
function localTime(at: number | null): string | null {
  if (at === null) return null;
  const date = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return date.toISOString().replace("T", " ").replace("Z", "000");
}
