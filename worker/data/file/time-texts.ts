import { cellText, type Column } from "./columns.ts";
import { parseTime } from "./parse-time.ts";
import { formatsOf } from "./time-format.ts";

/** Cells that show what a column is. */
const looked = 200;

/** The first texts of a column, as written. */
export function textsOf(column: Column, rows: number, most = looked): string[] {
  const texts: string[] = [];
  for (let row = 0; row < rows && texts.length < most; row++) {
    const text = cellText(column, row);
    if (text !== undefined) texts.push(text);
  }
  return texts;
}

/** A time of day alone: 13:00, 13.00.05. */
const clock = /^\d{1,2}[:.]\d{2}(?:[:.]\d{2})?$/;

/** The first texts of a column are times: written as they are read without a setting, in one format that `time_format` can name, or times of day. */
export function holdsTimes(column: Column, rows: number): boolean {
  const texts = textsOf(column, rows);
  if (texts.length === 0) return false;
  if (texts.every((text) => !Number.isNaN(parseTime(text)) || clock.test(text))) return true;
  return formatsOf(new Set(texts)).length > 0;
}
