import { readFileSync } from "node:fs";
import type { z } from "zod";
import { dataSettingsSchema, type DataSettings } from "../../../worker/protocol/data-settings.ts";
import { DataError } from "../../../worker/data/errors.ts";
import type { SequenceSet } from "../../../worker/data/outputs/sequences.ts";

export function settings(given: z.input<typeof dataSettingsSchema>): DataSettings {
  return dataSettingsSchema.parse(given);
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A CSV file with these columns: `csv({a: [1, 2], b: ["x", ""]})`. */
export function csv(columns: Readonly<Record<string, readonly (number | string)[]>>): Uint8Array {
  const names = Object.keys(columns);
  const rows = columns[names[0]!]!.map((_, row) => names.map((name) => columns[name]![row]).join(","));
  return bytes([names.join(","), ...rows].join("\n"));
}

export function dataFile(name: string): Uint8Array {
  return readFileSync(new URL(`../../../data/${name}`, import.meta.url));
}

/** The DataError that `act` throws. */
export function dataError(act: () => unknown): DataError {
  try {
    act();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error("expected a DataError");
}

/** Input rows of one sample, as [step][feature], without what is masked. */
export function sample(set: SequenceSet, index: number): number[][] {
  const start = set.starts[index]!;
  return Array.from({ length: set.lengths?.[index] ?? set.window }, (_, step) =>
    Array.from(set.values.subarray((start + step) * set.features, (start + step + 1) * set.features)),
  );
}

/** Targets of one sample. */
export function targetsOf(set: SequenceSet, index: number): number[] {
  return Array.from(set.targets.subarray(index * set.outputs, (index + 1) * set.outputs));
}

/** 0, 1, 2, ... */
export function count(n: number, from = 0): number[] {
  return Array.from({ length: n }, (_, i) => from + i);
}

/** Settings of samples in a row each, whose parts are named in a column. */
export const wide = {
  task: "binary" as const,
  layout: "wide" as const,
  targets: ["label"],
  normalise: "none" as const,
  split: { column: "part", validation: 0.5 },
};
