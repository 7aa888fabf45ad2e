import { machineLine } from "../../bench/machine.ts";
import type { Figure } from "./figures.ts";
import { faultRows } from "./rows.ts";

/** The table of faults in Markdown: what happens, which tests show it, what they measured, and what was not run. */
export function faultTable(figures: readonly Figure[]): string {
  const rows = faultRows.map(({ row, fault, tests, notRun }) => {
    const measured = figures.filter((one) => one.rows.includes(row)).length;
    const where = tests.map((test) => `\`${test}\``).join(", ");
    return `| ${row} | ${fault} | ${where || "none"} | ${measured === 0 ? "" : "below"} | ${notRun ?? ""} |`;
  });
  const lines = figures
    .toSorted((a, b) => a.rows[0]! - b.rows[0]! || a.what.localeCompare(b.what, "en"))
    .map(({ rows: of, what, result, at, load }) => {
      return `| ${of.join(", ")} | ${what} | ${result} | ${at.slice(0, 16).replace("T", " ")}, load ${load.toFixed(0)} |`;
    });
  return `# Faults

Written by \`npm run test:faults\` (seeds 1, 2, 3; other seeds: \`SEQTUNE_FAULT_SEEDS=4,5\`). Real nats-server, real
processes, real SIGKILL. In every row: each trial ends in one final state, its curve has each epoch once, from the
highest attempt that reported it; what workers spooled is in the database; and where nothing is pruned the final table
is that of an undisturbed study of the same seed. A row whose test fails is no row: the run fails. \`npm test\` runs a
short form of each.

${machineLine()}

| row | fault | tests | figures | not run, and why |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

## Figures

| rows | what | result | when (UTC), load of the machine |
| --- | --- | --- | --- |
${lines.join("\n")}
`;
}
