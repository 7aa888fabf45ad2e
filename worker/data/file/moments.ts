/** Midnight UTC of a day of the calendar, NaN for the 31st of April and the like. */
export function dateOf(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same ? date.getTime() : Number.NaN;
}

/** Milliseconds since midnight; NaN beyond 24 hours. */
export function timeOfDay(hour: number, minute: number, second: number): number {
  const valid = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  return valid ? ((hour * 60 + minute) * 60 + second) * 1000 : Number.NaN;
}
