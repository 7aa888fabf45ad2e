import type { ParamValue } from "../../search/space.ts";
import type { RankedByGoals, TrialGoals } from "../views/goals.ts";
import { secondsOf, workerOf, type StudyRecord, type ExportedTrial } from "./study-record.ts";

/** `null`: nothing. Times are texts in ISO 8601. */
export type Cell = string | number | boolean | null;

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A study as two tables: its trials, with a column per parameter; and its reports, with a column per metric. */
export interface Tables {
  readonly trials: Table;
  readonly reports: Table;
}

export function tablesOf({ study, trials, goals }: StudyRecord): Tables {
  const columns = [...trialColumns, ...(goals === null ? [] : goalColumns(goals))];
  const params = distinct(trials.flatMap(({ trial }) => Object.keys(trial.params)));
  const metrics = distinct(
    trials.flatMap(({ curve }) => curve.flatMap((report) => Object.keys(report.metrics))),
  );
  return {
    trials: {
      columns: [...columns.map(([name]) => name), "metric", "goal", ...params],
      rows: trials.map((record) => [
        ...columns.map(([, read]) => read(record)),
        study.metric,
        study.goal,
        ...params.map((name) => paramCell(record.trial.params[name])),
      ]),
    },
    reports: {
      columns: ["trial", "epoch", "attempt", "seconds", "at", ...metrics],
      rows: trials.flatMap(({ curve }) =>
        curve.map((report) => [
          report.trial,
          report.epoch,
          report.attempt,
          report.seconds,
          time(report.at),
          ...metrics.map((name) => report.metrics[name] ?? null),
        ]),
      ),
    },
  };
}

type Column = readonly [string, (record: ExportedTrial) => Cell];

/** Named as `seqtune leaderboard --csv` names them. */
const trialColumns: readonly Column[] = [
  ["number", ({ trial }) => trial.number],
  ["outcome", ({ trial }) => trial.state],
  ["value", ({ trial }) => trial.value],
  ["skill", (record) => record.skill],
  ["best_epoch", ({ trial }) => trial.bestEpoch],
  ["last_value", ({ trial }) => trial.lastValue],
  ["epochs", ({ trial }) => trial.epochsDone],
  ["seconds", secondsOf],
  ["attempts", ({ trial }) => trial.attempts],
  ["worker", workerOf],
  ["trial_seed", ({ trial }) => trial.seed],
  ["started", ({ trial }) => time(trial.at)],
  ["ended", ({ trial }) => time(trial.endedAt)],
  ["reason", ({ trial }) => trial.reason],
];

/** Only of studies with several metrics or constraints, which the first metric does not rank. */
function goalColumns({ view, byTrial }: RankedByGoals): readonly Column[] {
  const of = ({ trial }: ExportedTrial): TrialGoals | undefined => byTrial.get(trial.number);
  const names = distinct([...byTrial.values()].flatMap(({ values }) => Object.keys(values)));
  return [
    ["rank", (record) => of(record)?.rank ?? null],
    ["front", (record) => of(record)?.front ?? null],
    ["feasible", (record) => of(record)?.feasible ?? null],
    ...names
      .filter((name) => name !== view.metrics[0]?.name)
      .map((name): Column => [name, (record) => of(record)?.values[name] ?? null]),
  ];
}

function paramCell(value: ParamValue | undefined): Cell {
  if (value === undefined) return null;
  if (value === null) return "null";
  return typeof value === "object" ? JSON.stringify(value) : value;
}

function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}
