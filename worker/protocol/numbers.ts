import { z } from "zod";

/** A number as JSON carries it: JSON has no NaN or infinities, so these three go as words. */
export const wireNumberSchema = z.union([z.number(), z.literal(["NaN", "Infinity", "-Infinity"])]);
export type WireNumber = z.infer<typeof wireNumberSchema>;

export function toWire(value: number): WireNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}

export function fromWire(value: WireNumber): number {
  return typeof value === "number" ? value : Number(value);
}
