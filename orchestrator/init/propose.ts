/**
 * What `init` guesses of a file, with the reason for each guess: the reasons become comments of the sweep file, where the author of
 * the data can judge them.
 */
import { findSeason } from "../../worker/data/baselines/seasons.ts";
import { isDisguised } from "../../worker/data/checks/disguised-columns.ts";
import { looksNumeric } from "../../worker/data/file/columns.ts";
import { columnOf, type Table } from "../../worker/data/file/table.ts";
import { timeText } from "../../worker/data/file/moments.ts";
import { spanText } from "../../worker/data/forecast/unlike-training.ts";
import { arrange, type Arranged } from "../../worker/data/split/arrange.ts";
import { usualStep } from "../../worker/data/split/usual-step.ts";
import {
  dataSettingsSchema,
  type CalendarPart,
  type DataSettings,
} from "../../worker/protocol/data-settings.ts";
import {
  findGroup,
  findSamples,
  findSplit,
  findSteps,
  findTime,
  isPartLike,
  valuesOf,
} from "./find-columns.ts";
import { targetCandidates, targetOf } from "./choose-target.ts";
import { balanceRemark, givenAway, leakRemarks, shapeRemarks } from "./judge-data.ts";
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
  return sampleProposal(table, file, wishes) ?? seriesProposal(table, file, wishes);
}

const mostClasses = 20;

/** Samples: a row each with numbered steps, or a row for each step. */
function sampleProposal(table: Table, file: FoundSettings, { target }: Wishes): Proposal | null {
  const long = findSamples(table);
  const steps = long === null ? findSteps(table) : [];
  if (long === null && (steps.length === 0 || findTime(table).length > 0)) return null;
  const part = findSplit(table);
  const helpers = new Set([long?.id, long?.step, part].filter((name) => name !== undefined && name !== null));
  const chosen = target ?? targetCandidates(table, new Set([...steps, ...helpers]))[0];
  if (chosen === undefined) return null;
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

/** Few whole numbers are classes, too. */
function taskOf(table: Table, target: string): DataSettings["task"] {
  const column = columnOf(table, target, "targets");
  const classes = valuesOf(column, table.rows, mostClasses).size;
  if (looksNumeric(column) && classes > 10) return "regression";
  return classes === 2 ? "binary" : "multiclass";
}

function seriesProposal(table: Table, file: FoundSettings, wishes: Wishes): Proposal {
  const time = findTime(table);
  const group = findGroup(table, time, new Set(wishes.target === undefined ? [] : [wishes.target]));
  const helpers = new Set([...time, ...(group === null ? [] : [group])]);
  const column = targetOf(table, helpers, wishes.target);
  const target = column.name;
  const isClass = !looksNumeric(column);
  const base = {
    ...(time.length > 0 && { time: time.length === 1 ? time[0]! : [...time] }),
    ...(group !== null && { group }),
    targets: [target],
  };
  const { result, settings, assumptions } = withAdvice(file, (given) => {
    const tried = dataSettingsSchema.parse({ ...given, ...base, ...(isClass && { task: "binary" }) });
    return arrange(table, tried);
  });
  const shape = shapeOf(result, target, wishes.horizon);
  const classes = valuesOf(column, table.rows, mostClasses).size;
  const categorical = categoriesOf(table, new Set([...helpers, target]));
  return {
    settings: {
      ...settings,
      ...base,
      ...(isClass && { task: classes === 2 ? "binary" : "multiclass" }),
      ...(categorical.length > 0 && { categorical }),
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
      group: "each of its values has times of its own: several series",
      targets: wishes.target === undefined ? "assumed; name another with --target" : "to predict",
      categorical: "one input for each value",
      calendar: "inputs from the time",
      missing: "some values are missing: the last one before stands in",
      horizon: "rows ahead to predict, all of them",
      season: "repeating it errs least within the first 70 %",
      split: "in order of time; the rest, 15 %, is to test on",
    },
    assumptions,
    remarks: [
      ...(isClass ? balanceRemark(table, target) : leakRemarks(result, target, shape.horizon)),
      ...shapeRemarks(table),
    ],
    task: isClass ? (classes === 2 ? "binary" : "multiclass") : "regression",
    layout: "series",
    windows: shape.windows,
  };
}

interface Shape {
  readonly horizon: number;
  readonly season: number | undefined;
  readonly calendar: readonly CalendarPart[];
  /** Window lengths: a season and two, or the horizon and twice as much, as far as there are rows. */
  readonly windows: readonly number[];
  /** `hourly, 2016-07-01 to 2018-06-26`. */
  readonly text: string;
}

const [hour, day] = [3_600_000, 86_400_000];

/** Rows ahead that people ask for, by the distance between rows: a day of hours or minutes, two weeks of days, a year of months. */
function usualHorizon(step: number | undefined): number {
  if (step === undefined) return 12;
  if (step < 6 * hour) return Math.max(1, Math.min(48, Math.round(day / step)));
  if (step < 4 * day) return 7;
  return step < 15 * day ? 4 : step < 300 * day ? 12 : 5;
}

/**
 * Parts of the calendar that change from row to row and that a series of `span` milliseconds saw come round twice: what
 * it saw once, a model would learn by heart.
 */
function calendarOf(step: number, span: number): CalendarPart[] {
  if (step >= day) return step < 20 * day && span >= 2 * 365 * day ? ["year"] : [];
  return [...(span >= 2 * day ? ["hour" as const] : []), ...(span >= 14 * day ? ["weekday" as const] : [])];
}

function shapeOf(arranged: Arranged, target: string, wished: number | undefined): Shape {
  const { times, blocks, table } = arranged;
  const step = usualStep(arranged);
  const shortest = Math.min(...blocks.map(({ start, end }) => end - start));
  const horizon = wished ?? Math.max(1, Math.min(usualHorizon(step), Math.floor(shortest / 20)));
  const train = blocks.map(({ start, end }) => ({ start, end: start + Math.floor(0.7 * (end - start)) }));
  const raw = columnOf(table, target, "targets").numbers;
  const season = findSeason([{ raw, scale: spreadOf(raw) }], train, horizon, Math.floor(shortest / 4));
  const calendar = step === undefined ? [] : calendarOf(step, step * shortest);
  const text =
    times === undefined
      ? ""
      : `${timeText(times[0]!)} to ${timeText(times.at(-1)!)}${step === undefined ? "" : `, a row every ${spanText(step)}`}`;
  const base = season !== undefined && season <= 168 ? season : horizon;
  const most = Math.max(1, Math.floor(0.7 * shortest) - horizon - 2);
  const windows = [
    ...new Set([Math.max(4, base), Math.max(8, 2 * base)].map((rows) => Math.min(rows, most))),
  ];
  return { horizon, season, calendar, windows, text };
}

function spreadOf(values: Float64Array): number {
  const found = values.filter((value) => !Number.isNaN(value));
  const mean = found.reduce((sum, value) => sum + value, 0) / Math.max(1, found.length);
  const square = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, found.length);
  return Math.sqrt(square) || 1;
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
