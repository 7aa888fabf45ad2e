/**
 * What `init` guesses of a file, with the reason for each guess: the reasons become comments of the sweep file, where the author of
 * the data can judge them.
 */
import { isDisguised } from "../../worker/data/checks/disguised-columns.ts";
import { looksNumeric, type Column } from "../../worker/data/file/columns.ts";
import { columnOf, type Table } from "../../worker/data/file/table.ts";
import { arrange } from "../../worker/data/split/arrange.ts";
import { dataSettingsSchema, type DataSettings } from "../../worker/protocol/data-settings.ts";
import { findSamples, findSplit, findSteps, isPartLike, valuesOf } from "./find-columns.ts";
import { isSameWithin, targetCandidates, targetOf, variesEarly } from "./choose-target.ts";
import { findGroup, findTime, isCalendarPart, timeRemarks } from "./find-time.ts";
import { balanceRemark, givenAway, leakRemarks, refuseTimesInColumns, shapeRemarks } from "./judge-data.ts";
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

const mostClasses = 20;

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

/** What the columns of a series are for. */
interface Roles {
  readonly time: readonly string[];
  /** The columns that tell series apart; none where there is one. */
  readonly series: readonly Column[];
  readonly target: Column;
  readonly helpers: ReadonlySet<string>;
  readonly categorical: readonly string[];
  readonly fixed: readonly string[];
}

function rolesOf(table: Table, wished: string | undefined): Roles {
  const time = findTime(table);
  const group = findGroup(table, time, new Set(wished === undefined ? [] : [wished]));
  const helpers = new Set([...time, ...group]);
  const series = group.map((name) => columnOf(table, name, "group"));
  const target = targetOf(table, helpers, wished, (one) => {
    if (isCalendarPart(one)) return false;
    return series.length === 0 ? variesEarly(one, table.rows) : !isSameWithin(one, series);
  });
  const used = new Set([...helpers, target.name]);
  return {
    time,
    series,
    target,
    helpers,
    categorical: categoriesOf(table, used),
    fixed: series.length === 0 ? [] : fixedColumns(table, series, used),
  };
}

function seriesProposal(table: Table, file: FoundSettings, wishes: Wishes): Proposal {
  const { time, series, target: column, helpers, categorical, fixed } = rolesOf(table, wishes.target);
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
    reasons: {
      time: shape.text,
      group: `${series.length > 1 ? "together they tell rows apart" : `each of its values has ${time.length > 0 ? "times" : "steps"} of its own`}: several series`,
      targets: wishes.target === undefined ? "assumed; name another with --target" : "to predict",
      categorical: "one input for each value",
      static: "the same in all rows of a series",
      calendar: "inputs from the time",
      missing: "some values are missing: the last one before stands in",
      horizon: "rows ahead to predict, all of them",
      season: "repeating it errs little within the first 70 %",
      split: "in order of time; the rest, 15 %, is to test on",
    },
    assumptions,
    remarks: [
      ...(isClass ? balanceRemark(table, target) : leakRemarks(result, target, shape.horizon)),
      ...timeRemarks(table, time),
      ...shapeRemarks(table),
    ],
    task: isClass ? (classes === 2 ? "binary" : "multiclass") : "regression",
    layout: "series",
    windows: shape.windows,
  };
}

function missingSetting(table: Table, others: ReadonlySet<string>): { missing?: string } {
  const some = table.columns.some(
    (column) => !others.has(column.name) && looksNumeric(column) && column.counts.missing > 0,
  );
  return some ? { missing: "ffill" } : {};
}

/** Text columns of few values. */
function categoriesOf(table: Table, others: ReadonlySet<string>): readonly string[] {
  return table.columns
    .filter((column) => {
      if (others.has(column.name) || looksNumeric(column) || isPartLike(column, table.rows)) return false;
      if (isDisguised(column, table.rows)) return false;
      const count = valuesOf(column, table.rows, mostClasses).size;
      return count > 1 && count <= mostClasses;
    })
    .map(({ name }) => name);
}

/** Columns of numbers that are the same in all rows of a series, and differ between series. */
function fixedColumns(
  table: Table,
  series: readonly Column[],
  others: ReadonlySet<string>,
): readonly string[] {
  return table.columns
    .filter((column) => {
      if (others.has(column.name) || !looksNumeric(column) || column.counts.missing > 0) return false;
      return valuesOf(column, table.rows, 1).size > 1 && isSameWithin(column, series);
    })
    .map(({ name }) => name);
}
