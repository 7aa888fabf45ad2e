import { z } from "zod";

const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A timer of the platform holds no more. */
const longest = 24 * 86_400_000;

/** A duration as a number of seconds or as `90s`, `3m`, `1h30m`; read as milliseconds. */
export const durationSchema = z
  .union([
    z.number().gt(0).max(1e9),
    z.string().regex(/^(?=.*[1-9])(?:\d{1,9}(?:\.\d{1,3})?(?:ms|s|m|h|d))+$/),
  ])
  .meta({ title: "a number of seconds, or a duration such as 90s, 3m or 1h30m" })
  .transform((value) => (typeof value === "number" ? value * 1000 : parse(value)))
  .refine((duration) => duration <= longest, "a duration is at most 24 days");

function parse(text: string): number {
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|[smhd])/g)) {
    total += Number(amount) * (milliseconds[unit ?? ""] ?? 0);
  }
  return total;
}
