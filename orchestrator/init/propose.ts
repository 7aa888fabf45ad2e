/**
 * What `init` guesses of a file, with the reason for each guess: the reasons become comments of the sweep file, where the author of
 * the data can judge them.
 */
import { DataError, listed, plural } from "../../worker/data/errors.ts";
import { looksNumeric, type Column } from "../../worker/data/file/columns.ts";
import { columnOf, type Table } from "../../worker/data/file/table.ts";
import { arrange, type Arranged } from "../../worker/data/split/arrange.ts";
import { dataSettingsSchema, type DataSettings } from "../../worker/protocol/data-settings.ts";
import { findSamples, findSplit, findSteps, valuesOf } from "./find-columns.ts";
import { isSameWithin, targetCandidates } from "./choose-target.ts";
import { findTime } from "./find-time.ts";
import { balanceRemark, givenAway, leakRemarks, refuseTimesInColumns, shapeRemarks } from "./judge-data.ts";
import { mostClasses, rolesOf, type Roles } from "./roles.ts";
import { shapeOf } from "./series-shape.ts";
import { withAdvice, type Assumption, type FoundSettings } from "./read-file.ts";

/** What a file seems to be, in settings of `data:` that differ from their defaults, in the order to write them. */
export interface Proposal {
  readonly settings: Readonly<Record<string, unknown>>;
  /** By setting: why, for a comment. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly assumptions: readonly Assumption[];
  /** What a person should know before trusting a score, in sentences without a full stop. */
  readonly remarks: readonly string[];
  readonly task: DataSettings["task"];
  readonly layout: DataSettings["layout"];
  /** Window lengths to search (series). */
  readonly windows: readonly number[];
}

export interface Wishes {
  readonly target?: string;
  readonly horizon?: number;
}

/** Throws `DataError` for a file that cannot be used, or a target that is not in it. */
export function propose(table: Table, file: FoundSettings, wishes: Wishes): Proposal {
  if (wishes.target !== undefined) columnOf(table, wishes.target, "targets");
  const samples = sampleProposal(table, file, wishes);
  if (samples !== null) return samples;
  if (wishes.target === undefined) refuseTimesInColumns(table, findTime(table));
  return seriesProposal(table, file, wishes);
}

/** Samples: a row each with numbered steps, or a row for each step. */
function sampleProposal(table: Table, file: FoundSettings, { target }: Wishes): Proposal | null {
  const long = findSamples(table);
  const steps = long === null ? findSteps(table) : [];
  if (long === null && (steps.length === 0 || findTime(table).length > 0)) return null;
  const part = findSplit(table);
  const helpers = new Set([long?.id, long?.step, part].filter((name) => name !== undefined && name !== null));
  const ids = long === null ? [] : [columnOf(table, long.id, "series_id")];
  const suits = (column: Column): boolean => ids.length === 0 || isSameWithin(column, ids);
  const chosen = target ?? targetCandidates(table, new Set([...steps, ...helpers]), suits)[0];
  if (chosen === undefined || (target === undefined && long === null && namesRows(table, chosen)))
    return null;
  const task = taskOf(table, chosen);
  return {
    settings: {
      ...file,
      ...(task === "regression" ? {} : { task }),
      layout: long === null ? "wide" : "long",
      ...(long !== null && { series_id: long.id, step: long.step }),
      targets: [chosen],
      ...missingSetting(table, new Set([chosen, ...helpers])),
      split: part === null ? { train: 0.7, validation: 0.15, seed: 1 } : { column: part, seed: 1 },
    },
    reasons: {
      layout:
        long === null ? `a sample a row, its steps in ${steps.length} columns` : "a step of a sample a row",
      targets: target === undefined ? "assumed; name another with --target" : "to predict",
      split:
        part === null
          ? "drawn, the classes in equal proportions; the rest, 15 %, is to test on"
          : "as the column says; where it names no validation rows, a fifth of those to train on is drawn",
    },
    assumptions: [],
    remarks:
      task === "regression"
        ? []
        : [
            ...balanceRemark(table, chosen),
            ...givenAway(table, chosen, new Set([...steps, ...helpers]), mostClasses),
          ],
    task,
    layout: long === null ? "wide" : "long",
    windows: [],
  };
}

/** A text of its own in most rows: a name, and no class. */
function namesRows(table: Table, target: string): boolean {
  const column = columnOf(table, target, "targets");
  return !looksNumeric(column) && valuesOf(column, table.rows, table.rows / 2).size > table.rows / 2;
}

/** Few whole numbers are classes, too. */
function taskOf(table: Table, target: string): DataSettings["task"] {
  const column = columnOf(table, target, "targets");
  const classes = valuesOf(column, table.rows, mostClasses).size;
  if (looksNumeric(column) && classes > 10) return "regression";
  return classes === 2 ? "binary" : "multiclass";
}

function seriesProposal(table: Table, file: FoundSettings, wishes: Wishes): Proposal {
  const roles = rolesOf(table, wishes.target);
  const { time, remarks, series, target: column, helpers, categorical, fixed } = roles;
  const target = column.name;
  const isClass = !looksNumeric(column);
  const base = {
    ...(time.length > 0 && { time: time.length === 1 ? time[0]! : [...time] }),
    ...(series.length > 0 && {
      group: series.length === 1 ? series[0]!.name : series.map(({ name }) => name),
    }),
    targets: [target],
  };
  const { result, settings, assumptions } = withAdvice(file, (given) => {
    const tried = dataSettingsSchema.parse({ ...given, ...base, ...(isClass && { task: "binary" }) });
    return arrange(table, tried);
  });
  requireRows(table, result, roles);
  const shape = shapeOf(result, target, wishes.horizon);
  const classes = valuesOf(column, table.rows, mostClasses).size;
  return {
    settings: {
      ...settings,
      ...base,
      ...(isClass && { task: classes === 2 ? "binary" : "multiclass" }),
      ...(categorical.length > 0 && { categorical }),
      ...(fixed.length > 0 && { static: fixed }),
      ...(shape.calendar.length > 0 && { calendar: shape.calendar }),
      ...missingSetting(table, helpers),
      ...(!isClass && {
        horizon: shape.horizon,
        ...(shape.season !== undefined && { season: shape.season }),
      }),
      split: { train: 0.7, validation: 0.15 },
    },
    reasons: reasonsOf(roles, shape.text, wishes.target),
    assumptions,
    remarks: [
      ...(isClass ? balanceRemark(table, target) : leakRemarks(result, target, shape.horizon)),
      ...remarks,
      ...shapeRemarks(table),
    ],
    task: isClass ? (classes === 2 ? "binary" : "multiclass") : "regression",
    layout: "series",
    windows: shape.windows,
  };
}

/** Rows, at least, of what is cut into three parts. */
const leastRows = 5;

function requireRows(table: Table, { table: { rows } }: Arranged, { time }: Roles): void {
  if (rows >= leastRows) return;
  const few =
    rows < table.rows
      ? `${listed(time)} has ${plural(rows, "time")} for ${table.rows} rows`
      : `the file has ${plural(rows, "row")}`;
  throw new DataError(
    `${few}, too few to learn a forecast from: give more rows; where rows are no series in time but samples, write a sweep with \`layout: wide\` or \`layout: long\``,
  );
}

/** By setting: why. */
function reasonsOf({ series, time }: Roles, text: string, wished: string | undefined): Proposal["reasons"] {
  return {
    time: text,
    group: `${series.length > 1 ? "together they tell rows apart" : `each of its values has ${time.length > 0 ? "times" : "steps"} of its own`}: several series`,
    targets: wished === undefined ? "assumed; name another with --target" : "to predict",
    categorical: "one input for each value",
    static: "the same in all rows of a series",
    calendar: "inputs from the time",
    missing: "some values are missing: the last one before stands in",
    horizon: "rows ahead to predict, all of them",
    season: "repeating it errs little within the first 70 %",
    split: "in order of time; the rest, 15 %, is to test on",
  };
}

function missingSetting(table: Table, others: ReadonlySet<string>): { missing?: string } {
  const some = table.columns.some(
    (column) => !others.has(column.name) && looksNumeric(column) && column.counts.missing > 0,
  );
  return some ? { missing: "ffill" } : {};
}
