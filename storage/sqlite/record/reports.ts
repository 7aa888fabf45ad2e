import { isBetter, toScore, toValue } from "../../../search/scores.ts";
import type { Report, Write, Written } from "../../store.ts";
import { numbersToJson } from "../json.ts";
import { clearValue, hasNoValue } from "./trials.ts";
import { isEnded, requireOffered, requireTrial, type Recording, type TrialStanding } from "./recording.ts";

/**
 * A report counts when, at the moment it is recorded, its attempt is the newest of its trial and the trial has
 * not ended. Later attempts do not take that away: what they report again replaces it epoch by epoch.
 */
export function addReport(recording: Recording, report: Report): Written {
  const what = `report ${report.n}`;
  const trial = requireTrial(recording, report.trial, what);
  requireOffered(trial, report.trial, report.attempt, what);
  const stale = report.attempt < trial.attempts || isEnded(trial.state);
  if (!insert(recording, report, stale)) return "duplicate";
  if (stale) return "stale";
  if (report.epoch > trial.top_epoch) advance(recording, trial, report);
  else recount(recording, report.trial);
  return "recorded";
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
  const { changes } = recording.db
    .sql(`
      INSERT INTO reports (study, trial, attempt, n, place, stale, epoch, value, metrics, seconds, at)
      VALUES (@study, @trial, @attempt, @n, @place, @stale, @epoch, @value, @metrics, @seconds, @at)
      ON CONFLICT (study, trial, attempt, n) DO NOTHING`)
    .run({
      ...report,
      study: recording.study,
      place: recording.reports + 1,
      stale: stale ? 1 : 0,
      value: finite(report.value),
      metrics: numbersToJson(report.metrics),
    });
  recording.reports += changes;
  return changes === 1;
}

/** The common case, an epoch above all others: the trial's figures follow from the ones before. */
function advance({ db, study, goal }: Recording, trial: TrialStanding, report: Report): void {
  const value = finite(report.value);
  db.sql<[number, number, number | null, number, number]>(`
    UPDATE trials SET epochs_done = ?, top_epoch = ?, last_value = ?
    WHERE study = ? AND number = ?`).run(report.epoch, report.epoch, value, study, report.trial);
  const score = toScore(value, goal);
  if (!isBetter(score, trial.score ?? Number.NaN)) return;
  db.sql<[number | null, number, number, number, number]>(
    "UPDATE trials SET value = ?, score = ?, best_epoch = ? WHERE study = ? AND number = ?",
  ).run(value, score, report.epoch, study, report.trial);
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
