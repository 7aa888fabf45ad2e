import { dateOf, fractionOf, timeOfDay } from "./moments.ts";
import { formatOf, fromNumber } from "./time-numbers.ts";

const isoTime =
  /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?|(\d{2})(\d{2})(?=[T ]))(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

/** Milliseconds since 1970 to the microsecond (UTC unless a zone is written), NaN when the text is not a time. */
export function parseTime(text: string): number {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return fromNumber(Number(trimmed), formatOf([Number(trimmed)]));
  const parts = isoTime.exec(trimmed);
  if (parts === null) return Number.NaN;
  const [, year, month, day, compactMonth, compactDay, hour, minute, second, fraction, zone] = parts;
  const clock = timeOfDay(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0));
  return (
    dateOf(Number(year), Number(month ?? compactMonth), Number(day ?? compactDay ?? 1)) +
    clock +
    fractionOf(fraction) -
    zoneOf(zone)
  );
}

function zoneOf(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const sign = zone.startsWith("-") ? -1 : 1;
  const digits = zone.slice(1).replace(":", "");
  return sign * timeOfDay(Number(digits.slice(0, 2)), Number(digits.slice(2)), 0);
}
