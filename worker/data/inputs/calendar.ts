import { calendarParts, type CalendarPart, type DataSettings } from "../../protocol/data-settings.ts";
import { dateOf } from "../file/moments.ts";

export function calendarOf({ calendar }: Pick<DataSettings, "calendar">): readonly CalendarPart[] {
  if (calendar === "none") return [];
  return calendar === "all" ? calendarParts : calendar;
}

const dayLength = 86_400_000;

/** Where a moment (ms since 1970, UTC) lies within its day, week, month or year: in [0, 1). */
export function phase(part: CalendarPart, time: number): number {
  const date = new Date(time);
  const ofDay = (((time % dayLength) + dayLength) % dayLength) / dayLength;
  switch (part) {
    case "hour":
      return ofDay;
    case "weekday":
      return (date.getUTCDay() + ofDay) / 7;
    case "day":
      return (date.getUTCDate() - 1) / 31;
    case "month":
      return date.getUTCMonth() / 12;
    case "year": {
      const start = dateOf(date.getUTCFullYear(), 1, 1);
      return (time - start) / (dateOf(date.getUTCFullYear() + 1, 1, 1) - start);
    }
    default:
      return part satisfies never;
  }
}

/** sin or cos of 2π · phase, so that the end of a cycle lies next to its start. */
export function wave(kind: "sin" | "cos", part: CalendarPart, time: number): number {
  return Math[kind](2 * Math.PI * phase(part, time));
}
