import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { z } from "zod";

/** Where the figures of a long run are kept; `figures-setup.ts` sets it. */
export const figuresVariable = "SEQTUNE_FAULT_FIGURES";

const figureSchema = z.object({
  /** Rows of the table of faults that it belongs to. */
  rows: z.array(z.int()),
  what: z.string(),
  result: z.string(),
  at: z.string(),
  load: z.number(),
});
export type Figure = z.infer<typeof figureSchema>;

/** Shows what a test of faults measured, and in a long run keeps it for the table. */
export function figure(rows: readonly number[], what: string, result: string): void {
  console.log(`row ${rows.join(", ")}: ${what}: ${result}`);
  const file = process.env[figuresVariable];
  if (file === undefined) return;
  const kept: Figure = { rows: [...rows], what, result, at: new Date().toISOString(), load: loadavg()[0]! };
  appendFileSync(file, `${JSON.stringify(kept)}\n`);
}

/** The newest of each figure in a file. */
export function readFigures(file: string): readonly Figure[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  const figures = lines.map((line) => figureSchema.parse(JSON.parse(line)));
  return [...new Map(figures.map((one) => [`${one.rows.join()} ${one.what}`, one])).values()];
}
