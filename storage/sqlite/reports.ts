import type { Report } from "../store.ts";
import type { Connection } from "./connection.ts";
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
  for (let place = 0; ;) {
    const rows = db.read(() => page.all(study, place, PAGE));
    yield* rows.map(toReport);
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
  for (const row of rows) byEpoch.set(row.epoch, row);
  return [...byEpoch.values()].sort((a, b) => a.epoch - b.epoch).map(toReport);
}

function toReport(row: ReportRow): Report {
  return {
    trial: row.trial,
    attempt: row.attempt,
    n: row.n,
    epoch: row.epoch,
    value: row.value,
    metrics: numbersFromJson(row.metrics) as Record<string, number>,
    seconds: row.seconds,
    at: row.at,
  };
}
