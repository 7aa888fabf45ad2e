import { isBetter, toScore, toValue } from "../../../search/scores.ts";
import type { Report, Write, Written } from "../../store.ts";
import { numbersToJson } from "../json.ts";
import { clearValue, hasNoValue } from "./trials.ts";
import { isEnded, requireOffered, requireTrial, type Curve, type Recording } from "./recording.ts";

/**
 * A report counts when, at the moment it is recorded, its attempt is the newest of its trial and the trial has
 * not ended. Later attempts do not take that away: what they report again replaces it epoch by epoch.
 */
export function addReport(recording: Recording, report: Report): Written {
  const curve = curveOf(recording, report);
  const { standing } = curve;
  const stale = report.attempt < standing.attempts || isEnded(standing.state);
  if (!insert(recording, report, stale)) return "duplicate";
  if (stale) return "stale";
  if (report.epoch > curve.top) advance(recording, curve, report);
  else {
    recount(recording, report.trial);
    recording.curves.delete(report.trial);
    recording.known = null;
  }
  return "recorded";
}

/** What came together is written to each trial's row once, however many reports it was. */
export function bringUpToDate(recording: Recording): void {
  if (recording.curves.size === 0) return;
  for (const [trial, curve] of recording.curves) if (curve.hasAdvanced) update(recording, trial, curve);
  recording.curves.clear();
  recording.known = null;
}

function curveOf(recording: Recording, { trial, attempt, n }: Report): Curve {
  const what = `report ${n}`;
  let curve = recording.curves.get(trial);
  if (curve === undefined) {
    const standing = requireTrial(recording, trial, what);
    const { score, top_epoch: top } = standing;
    curve = { standing, hasAdvanced: false, top, last: null, score, best: null };
    recording.curves.set(trial, curve);
  }
  requireOffered(curve.standing, trial, attempt, what);
  return curve;
}

/** The report stays as one that came too late to count, and the trial's figures follow from the others. */
export function disownReport(
  recording: Recording,
  write: Extract<Write, { kind: "report_disowned" }>,
): Written {
  const { state, invalid } = requireTrial(recording, write.trial, "a disowned report");
  const { changes } = recording.db
    .sql(`
      UPDATE reports SET stale = 1
      WHERE study = @study AND trial = @trial AND attempt = @attempt AND n = @n AND stale = 0`)
    .run({ ...write, study: recording.study });
  if (changes === 0) return "duplicate";
  recount(recording, write.trial);
  if (invalid !== null || (isEnded(state) && hasNoValue(state))) clearValue(recording, write.trial);
  return "recorded";
}

/** False when the primary key was there already. */
function insert(recording: Recording, report: Report, stale: boolean): boolean {
  const { trial, attempt, n, epoch, value, metrics, seconds, at } = report;
  // By position: names take seven times as long.
  const { changes } = recording.db
    .sql<InsertedReport>(`
      INSERT INTO reports (study, trial, attempt, n, place, stale, epoch, value, metrics, seconds, at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (study, trial, attempt, n) DO NOTHING`)
    .run(
      recording.study,
      trial,
      attempt,
      n,
      recording.reports + 1,
      stale ? 1 : 0,
      epoch,
      finite(value),
      numbersToJson(metrics),
      seconds,
      at,
    );
  recording.reports += changes;
  return changes === 1;
}

type InsertedReport = [
  study: number,
  trial: number,
  attempt: number,
  n: number,
  place: number,
  stale: number,
  epoch: number,
  value: number | null,
  metrics: string,
  seconds: number,
  at: number,
];

/** The common case, an epoch above all others: the trial's figures follow from the ones before. */
function advance({ goal }: Recording, curve: Curve, report: Report): void {
  const value = finite(report.value);
  curve.hasAdvanced = true;
  curve.top = report.epoch;
  curve.last = value;
  const score = toScore(value, goal);
  if (!isBetter(score, curve.score ?? Number.NaN)) return;
  curve.score = score;
  curve.best = { value, epoch: report.epoch };
}

function update({ db, study }: Recording, trial: number, curve: Curve): void {
  const { top, last, score, best } = curve;
  if (best === null) {
    db.sql<[number, number, number | null, number, number]>(`
      UPDATE trials SET epochs_done = ?, top_epoch = ?, last_value = ?
      WHERE study = ? AND number = ?`).run(top, top, last, study, trial);
    return;
  }
  db.sql<[number, number, number | null, number | null, number | null, number, number, number]>(`
    UPDATE trials SET epochs_done = ?, top_epoch = ?, last_value = ?, value = ?, score = ?,
      best_epoch = ? WHERE study = ? AND number = ?`).run(
    top,
    top,
    last,
    best.value,
    score,
    best.epoch,
    study,
    trial,
  );
}

/** An epoch was reported again, by a later attempt: its figures follow from the whole curve. */
function recount({ db, study, goal }: Recording, trial: number): void {
  const reports = db
    .sql<[number, number], { epoch: number; value: number | null }>(`
      SELECT epoch, value FROM reports
      WHERE study = ? AND trial = ? AND stale = 0 ORDER BY attempt, n`)
    .all(study, trial);
  const curve = new Map(reports.map(({ epoch, value }) => [epoch, value]));
  const epochs = [...curve.keys()].sort((a, b) => a - b);
  let score = Number.NaN;
  let bestEpoch: number | null = null;
  for (const epoch of epochs) {
    const candidate = toScore(curve.get(epoch) ?? null, goal);
    if (isBetter(candidate, score)) [score, bestEpoch] = [candidate, epoch];
  }
  db.sql(`
    UPDATE trials SET epochs_done = @done, top_epoch = @top, last_value = @last, value = @value, score = @score,
      best_epoch = @bestEpoch
    WHERE study = @study AND number = @trial`).run({
    study,
    trial,
    done: epochs.at(-1) ?? 0,
    top: epochs.at(-1) ?? 0,
    last: reports.at(-1)?.value ?? null,
    value: toValue(score, goal),
    score: finite(score),
    bestEpoch,
  });
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
