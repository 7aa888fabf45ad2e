import type { Report } from "../store.ts";
import type { Connection } from "./connection.ts";
import { isNumbers } from "./checks.ts";
import { numbersFromJson } from "./json.ts";

interface ReportRow extends Omit<Report, "metrics"> {
  readonly place: number;
  readonly metrics: string;
}

const SELECT = "SELECT place, trial, attempt, n, epoch, value, metrics, seconds, at FROM reports";

/** How many reports are read at a time. */
const PAGE = 1000;

/**
 * Page by page instead of one long query: an open query would keep the connection from everything else and the
 * WAL from being folded back. Places only grow, so nothing is missed or seen twice.
 */
export function* readReports(db: Connection, study: number): Generator<Report> {
  const page = db.sql<[number, number, number], ReportRow>(
    `${SELECT} WHERE study = ? AND place > ? AND stale = 0 ORDER BY place LIMIT ?`,
  );
  const last = db.read(() => lastEpochs(db, study));
  for (let place = 0; ;) {
    const { rows, reports } = db.read(() => {
      const found = page.all(study, place, PAGE);
      const possible = found.filter(({ trial, epoch }) => epoch <= (last.get(trial) ?? 0));
      return { rows: found, reports: possible.map(toReport) };
    });
    yield* reports;
    if (rows.length < PAGE) return;
    place = rows.at(-1)!.place;
  }
}

/** By epoch, each from the highest attempt that has a counted report of it. */
export function readCurve(db: Connection, study: number, trial: number): readonly Report[] {
  const byEpoch = new Map<number, ReportRow>();
  const rows = db
    .sql<[number, number], ReportRow>(
      `${SELECT} WHERE study = ? AND trial = ? AND stale = 0 ORDER BY attempt, n`,
    )
    .all(study, trial);
  const last = lastEpochs(db, study, trial).get(trial) ?? 0;
  for (const row of rows) if (row.epoch <= last) byEpoch.set(row.epoch, row);
  return [...byEpoch.values()].sort((a, b) => a.epoch - b.epoch).map(toReport);
}

/** See `StudyStore.impossibleReports`. */
export function readImpossible(
  db: Connection,
  study: number,
  { min, max }: { readonly min: number; readonly max: number },
): readonly Report[] {
  return db
    .sql<{ study: number; min: number; max: number }, ReportRow>(`
      ${SELECT} JOIN (SELECT trial AS number, max(to_epoch) AS last FROM attempts WHERE study = @study GROUP BY trial)
        ON number = trial
      WHERE study = @study AND stale = 0 AND (epoch > last OR value < @min OR value > @max) ORDER BY place`)
    .all({ study, min, max })
    .map(toReport);
}

/** By trial, the last epoch that one of its attempts was to reach. */
function lastEpochs(db: Connection, study: number, trial: number | null = null): ReadonlyMap<number, number> {
  const rows = db
    .sql<{ study: number; trial: number | null }, { trial: number; last: number }>(`
      SELECT trial, max(to_epoch) AS last FROM attempts
      WHERE study = @study AND (@trial IS NULL OR trial = @trial) GROUP BY trial`)
    .all({ study, trial });
  return new Map(rows.map((row) => [row.trial, row.last]));
}

function toReport(row: ReportRow): Report {
  return {
    trial: row.trial,
    attempt: row.attempt,
    n: row.n,
    epoch: row.epoch,
    value: row.value,
    metrics: numbersFromJson(row.metrics, "reports.metrics", isNumbers),
    seconds: row.seconds,
    at: row.at,
  };
}
