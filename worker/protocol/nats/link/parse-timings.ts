import { z } from "zod";
import { defaultTimings, type Timings } from "./timings.ts";

const names = Object.keys(defaultTimings) as readonly (keyof Timings)[]; // its own keys
const schema = z.partialRecord(z.enum(names), z.number().gt(0));

/** Some of the bus's times, checked. Throws a `ZodError`. */
export function parseTimings(value: unknown): Partial<Timings> {
  const parsed = schema.parse(value);
  return Object.fromEntries(Object.entries(parsed).filter(([, ms]) => ms !== undefined));
}
