import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { figuresVariable, readFigures } from "./figures.ts";
import { faultTable } from "./fault-table.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * In a long run (SEQTUNE_FAULT_SEEDS) writes `bench/results/faults.md` when the tests are over. What was measured is
 * kept in `.cache/`, so a run of some tests renews their figures and leaves the others.
 */
export default function collectFigures(): (() => void) | undefined {
  if (process.env["SEQTUNE_FAULT_SEEDS"] === undefined) return undefined;
  const file = path.join(root, ".cache", "fault-figures.jsonl");
  mkdirSync(path.dirname(file), { recursive: true });
  process.env[figuresVariable] = file;
  return () => {
    const table = faultTable(readFigures(file));
    writeFileSync(path.join(root, "bench", "results", "faults.md"), table);
    console.log(table);
  };
}
