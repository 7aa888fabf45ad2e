import { dateText, type Cell } from "./text-table.ts";

const second = 1000;
const day = 86_400_000;
/** The day before day 1 of a workbook's calendar: a time of day alone lies on it. */
const dayZero = Date.UTC(1899, 11, 30);
/** The same in workbooks that count from 1904. */
const dayZeroOf1904 = Date.UTC(1904, 0, 1);
/** Days Excel's calendar of 1900 is sure of end here; a length of time lies before. */
const firstSafeDay = Date.UTC(1900, 2, 1);

/**
 * Moments of a sheet as they were meant. A sheet stores days as a fraction, and read-excel-file 9.3.17 cuts off
 * what is missing for the millisecond: every third full hour comes as one that ends in 59.999. And it gives dates,
 * times of day and lengths of time alike as moments: a column of dates, or of times of day, is written as such,
 * one of lengths of time as the number of days that is stored.
 */
export function plainMoments(rows: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] {
  const width = Math.max(0, ...rows.map((row) => row.length));
  const columns = Array.from({ length: width }, (_, c) => writerOf(rows.map((row) => row[c])));
  return rows.map((row) => row.map((cell, c) => (cell instanceof Date ? columns[c]!(cell) : cell)));
}

type Writer = (moment: Date) => Cell;

/** How the moments of a column are written. */
function writerOf(cells: readonly Cell[]): Writer {
  const given = cells.filter((cell) => cell instanceof Date).map((moment) => moment.getTime());
  const grid = gridOf(given);
  const meant = (moment: Date): Date => new Date(onGrid(moment.getTime(), grid));
  const times = given.map((time) => onGrid(time, grid));
  const all = (test: (time: number) => boolean): boolean => times.every(test);
  if (all((time) => isWithin(time, dayZero)) || all((time) => isWithin(time, dayZeroOf1904)))
    return (moment) => dateText(meant(moment)).slice(11);
  if (all((time) => time < firstSafeDay)) return (moment) => (meant(moment).getTime() - dayZero) / day;
  if (all((time) => time % day === 0)) return (moment) => dateText(meant(moment)).slice(0, 10);
  return meant;
}

function isWithin(time: number, start: number): boolean {
  return time >= start && time < start + day;
}

/** Steps, in milliseconds, that clocks and loggers take. */
const grids = [second, 500, 250, 100, 50, 40, 20, 10];

/** The widest step of which every moment, cut or not, is a multiple; a full second where there is none. */
function gridOf(times: readonly number[]): number {
  return grids.find((grid) => times.every((time) => onGrid(time, grid) % grid === 0)) ?? second;
}

/** One millisecond later where that is on the grid. */
function onGrid(time: number, grid: number): number {
  return (time + 1) % grid === 0 ? time + 1 : time;
}
