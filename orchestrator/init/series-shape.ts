/** How far a series is to be predicted and what repeats in it, by the times of its rows and the values of its target. */
import { findSeason } from "../../worker/data/baselines/seasons.ts";
import { timeText } from "../../worker/data/file/moments.ts";
import { columnOf } from "../../worker/data/file/table.ts";
import { spanText } from "../../worker/data/forecast/unlike-training.ts";
import type { Arranged } from "../../worker/data/split/arrange.ts";
import { usualStep } from "../../worker/data/split/usual-step.ts";
import type { CalendarPart } from "../../worker/protocol/data-settings.ts";

interface Shape {
  readonly horizon: number;
  readonly season: number | undefined;
  readonly calendar: readonly CalendarPart[];
  /** Window lengths: a season and two, or the horizon and twice as much, as far as there are rows. */
  readonly windows: readonly number[];
  /** `hourly, 2016-07-01 to 2018-06-26`. */
  readonly text: string;
}

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

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

/** Rows of a day, a week and a year, where rows are a minute to a quarter of a year apart. */
function usualSeasons(step: number | undefined): readonly number[] {
  if (step === undefined || step < minute) return [];
  return [day, 7 * day, 365.25 * day].flatMap((span) => {
    const rows = Math.round(span / step);
    return rows >= 4 && Math.abs(span / step - rows) < 0.04 * rows ? [rows] : [];
  });
}

export function shapeOf(arranged: Arranged, target: string, wished: number | undefined): Shape {
  const { times, blocks, table } = arranged;
  const step = usualStep(arranged);
  const length = usualLength(blocks);
  const horizon = wished ?? Math.max(1, Math.min(usualHorizon(step), Math.floor(length / 20)));
  const train = blocks.map(({ start, end }) => ({ start, end: start + Math.floor(0.7 * (end - start)) }));
  const raw = columnOf(table, target, "targets").numbers;
  const season = findSeason(
    [{ raw, scale: spreadOf(raw) }],
    train,
    horizon,
    Math.floor(length / 4),
    usualSeasons(step),
  );
  const calendar = step === undefined ? [] : calendarOf(step, step * length);
  const text =
    times === undefined
      ? ""
      : `${timeText(reduced(times, Math.min))} to ${timeText(reduced(times, Math.max))}${step === undefined ? "" : `, a row every ${spanText(step)}`}`;
  const base = season !== undefined && season <= 168 ? season : horizon;
  const most = Math.max(1, Math.floor(0.7 * length) - horizon - 2);
  const windows = [
    ...new Set([Math.max(4, base), Math.max(8, 2 * base)].map((rows) => Math.min(rows, most))),
  ];
  return { horizon, season, calendar, windows, text };
}

/** Rows that lie in series of at least the usual length, as a share. The rest may be left out. */
const mostRows = 0.8;

/** Rows of a series: most rows of the file are of one that has at least as many. */
function usualLength(blocks: Arranged["blocks"]): number {
  const lengths = blocks.map(({ start, end }) => end - start).sort((a, b) => b - a);
  const wanted = mostRows * lengths.reduce((sum, rows) => sum + rows, 0);
  let covered = 0;
  return lengths.find((rows) => (covered += rows) >= wanted) ?? 0;
}

function spreadOf(values: Float64Array): number {
  const found = values.filter((value) => !Number.isNaN(value));
  const mean = found.reduce((sum, value) => sum + value, 0) / Math.max(1, found.length);
  const square = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, found.length);
  return Math.sqrt(square) || 1;
}

/** Series of a file begin and end at times of their own. */
function reduced(times: Float64Array, choose: (a: number, b: number) => number): number {
  return times.reduce((found, time) => choose(found, time));
}
