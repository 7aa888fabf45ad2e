import { DataError } from "../errors.ts";
import { stampText } from "./moments.ts";

/** Offsets of a time zone, from the tables of the runtime (`Intl`): no second copy of them to keep up to date. */
export class Zone {
  private readonly format: Intl.DateTimeFormat;
  /** By quarter of an hour, in which no zone has changed its offset twice. */
  private readonly known = new Map<number, number>();

  /** Throws `DataError` for a name that is none. */
  constructor(name: string) {
    try {
      this.format = new Intl.DateTimeFormat("en-US-u-ca-iso8601", {
        timeZone: name,
        hourCycle: "h23",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      });
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new DataError(
        `\`time_zone: ${name}\` is not a time zone: write one such as Europe/Berlin, America/New_York or UTC`,
        { setting: "time_zone" },
      );
    }
  }

  /** Milliseconds that local time is ahead of UTC at `time`. */
  offset(time: number): number {
    const key = Math.floor(time / quarter);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const at = key * quarter;
    const parts = Object.fromEntries(
      this.format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
    );
    const { year, month, day, hour, minute, second } = parts;
    const offset = Date.UTC(year!, month! - 1, day, hour, minute, second) - at;
    this.known.set(key, offset);
    return offset;
  }

  /** What clocks show at `time`, with their offset: 2016-07-01 15:00:00+02:00. */
  text(time: number): string {
    const offset = this.offset(time);
    const minutes = Math.round(Math.abs(offset) / 60_000);
    const two = (part: number): string => String(part).padStart(2, "0");
    return `${stampText(time + offset)}${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  }

  /**
   * The moments at which clocks show `local` (milliseconds since 1970 as if they were UTC), rising: one as a rule, two
   * in the hour that comes twice in autumn, none in the one left out in spring.
   */
  moments(local: number): readonly number[] {
    const found = [this.offset(local - day), this.offset(local + day)].map((offset) => local - offset);
    return [...new Set(found)].filter((time) => time + this.offset(time) === local).toSorted((a, b) => a - b);
  }
}

const quarter = 900_000;
const day = 86_400_000;
