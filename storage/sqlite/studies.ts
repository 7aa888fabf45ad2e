import type { TrialState } from "../../search/history.ts";
import type { Goal } from "../../search/scores.ts";
import {
  StudyExists,
  type NewStudy,
  type Study,
  type StudyBaseline,
  type StudyState,
  type StudySummary,
} from "../store.ts";
import type { Connection } from "./connection.ts";
import { isAnything, isBaselines, isTexts } from "./checks.ts";
import { fromJson, toJson } from "./json.ts";

interface StudyRow {
  readonly id: number;
  readonly name: string;
  readonly key: string;
  readonly goal: Goal;
  readonly metric: string;
  readonly seed: number;
  readonly source: string;
  readonly config: string;
  readonly data_sha256: string;
  readonly data_bytes: number;
  readonly data_file: string;
  readonly versions: string;
  readonly baselines: string;
  readonly created_at: number;
  readonly state: StudyState;
  readonly reason: string | null;
  readonly ended_at: number | null;
}

const SELECT = `
  SELECT s.*, p.state, p.reason, p.ended_at
  FROM studies s JOIN progress p ON p.study = s.id`;

export function insertStudy(db: Connection, study: NewStudy): Study {
  if (findStudy(db, study.name) !== null) throw new StudyExists(study.name);
  db.sql(`
    INSERT INTO studies (name, key, goal, metric, seed, source, config, data_sha256, data_bytes, data_file,
      versions, baselines, created_at)
    VALUES (@name, @key, @goal, @metric, @seed, @source, @config, @sha256, @bytes, @file,
      @versions, @baselines, @at)`).run({
    name: study.name,
    key: study.key,
    goal: study.goal,
    metric: study.metric,
    seed: study.seed,
    source: study.source,
    config: toJson(study.config),
    ...study.data,
    versions: toJson(study.versions),
    baselines: toJson(study.baselines),
    at: study.at,
  });
  db.sql<[string]>(`
    INSERT INTO progress (study, state, changed)
    SELECT id, 'running', (SELECT coalesce(max(changed), 0) + 1 FROM progress) FROM studies WHERE name = ?`).run(
    study.name,
  );
  return findStudy(db, study.name)!;
}

export function findStudy(db: Connection, name: string): Study | null {
  return toStudy(db.sql<[string], StudyRow>(`${SELECT} WHERE s.name = ?`).get(name));
}

export function studyOfKey(db: Connection, key: string): Study | null {
  return toStudy(db.sql<[string], StudyRow>(`${SELECT} WHERE s.key = ?`).get(key));
}

export function latestStudy(db: Connection): Study | null {
  return toStudy(db.sql<[], StudyRow>(`${SELECT} ORDER BY p.changed DESC LIMIT 1`).get());
}

export function updateConfig(db: Connection, study: number, config: unknown): void {
  db.sql<[string, number]>("UPDATE studies SET config = ? WHERE id = ?").run(toJson(config), study);
  markChanged(db, study);
}

export function updateBaselines(db: Connection, study: number, baselines: readonly StudyBaseline[]): void {
  db.sql<[string, number]>("UPDATE studies SET baselines = ? WHERE id = ?").run(toJson(baselines), study);
}

export function updateStudyState(
  db: Connection,
  study: number,
  state: StudyState,
  reason: string | null,
  at: number,
): void {
  db.sql<[StudyState, string | null, number | null, number]>(
    "UPDATE progress SET state = ?, reason = ?, ended_at = ? WHERE study = ?",
  ).run(state, reason, state === "running" ? null : at, study);
  markChanged(db, study);
}

/** Makes the study the one changed last. Writes nothing when it is that already. */
export function markChanged(db: Connection, study: number): void {
  db.sql<{ study: number }>(`
    UPDATE progress SET changed = (SELECT max(changed) FROM progress) + 1
    WHERE study = @study AND changed < (SELECT max(changed) FROM progress)`).run({ study });
}

export function listStudies(db: Connection): readonly StudySummary[] {
  return db
    .sql<[], SummaryRow>(`
      SELECT s.id, s.name, s.key, s.metric, s.goal, s.created_at AS at, p.state, p.ended_at AS endedAt, (
        SELECT value FROM trials t
        WHERE t.study = s.id AND t.score IS NOT NULL AND t.state IN ('complete', 'pruned')
        ORDER BY t.score, t.number LIMIT 1
      ) AS best
      FROM studies s JOIN progress p ON p.study = s.id ORDER BY s.id`)
    .all()
    .map(({ id, ...summary }) => {
      const counts = countTrials(db, id);
      return { ...summary, counts, trials: Object.values(counts).reduce((sum, count) => sum + count, 0) };
    });
}

interface SummaryRow extends Omit<StudySummary, "counts" | "trials"> {
  readonly id: number;
}

export function countTrials(db: Connection, study: number): Readonly<Record<TrialState, number>> {
  const counts: Record<TrialState, number> = {
    running: 0,
    paused: 0,
    complete: 0,
    pruned: 0,
    diverged: 0,
    failed: 0,
    cancelled: 0,
    invalid: 0,
  };
  const rows = db
    .sql<[number], { state: TrialState; trials: number }>(
      "SELECT state, trials FROM trial_counts WHERE study = ?",
    )
    .all(study);
  for (const row of rows) counts[row.state] = row.trials;
  return counts;
}

function toStudy(row: StudyRow | undefined): Study | null {
  if (row === undefined) return null;
  return {
    id: row.id,
    name: row.name,
    key: row.key,
    goal: row.goal,
    metric: row.metric,
    seed: row.seed,
    source: row.source,
    config: fromJson(row.config, "studies.config", isAnything),
    data: { sha256: row.data_sha256, bytes: row.data_bytes, file: row.data_file },
    versions: fromJson(row.versions, "studies.versions", isTexts),
    baselines: fromJson(row.baselines, "studies.baselines", isBaselines),
    at: row.created_at,
    state: row.state,
    reason: row.reason,
    endedAt: row.ended_at,
  };
}
