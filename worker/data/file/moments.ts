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

/** Milliseconds of a fraction of a second, its digits after the point ("25" is a quarter), to the microsecond. */
export function fractionOf(digits: string | undefined): number {
  return digits === undefined ? 0 : Math.floor(Number(digits.padEnd(6, "0").slice(0, 6))) / 1000;
}

/**
 * `2016-07-01 13:00:00`, with as many digits of the second as the moment has, to the microsecond: a `Date` alone ends
 * at milliseconds, and rows of a fast sensor lie closer together.
 */
export function stampText(time: number): string {
  const microseconds = Math.round((time - Math.floor(time / 1000) * 1000) * 1000);
  const whole = Math.floor(time / 1000) + Math.floor(microseconds / 1_000_000);
  const clock = new Date(whole * 1000).toISOString().slice(0, -5).replace("T", " ");
  const fraction = String(microseconds % 1_000_000).padStart(6, "0");
  if (fraction === "000000") return clock;
  return `${clock}.${fraction.endsWith("000") ? fraction.slice(0, 3) : fraction}`;
}

/** `2016-07-01`, `2016-07-01 13:00:00` or `2016-07-01 13:00:00.250`, UTC. */
export function timeText(time: number): string {
  return stampText(time).replace(/ 00:00:00$/, "");
}
