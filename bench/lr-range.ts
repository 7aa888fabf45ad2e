/**
 * The learning-rate range test measured: how near each rule comes to the best rate, and whether range tests make a
 * whole sweep cheaper. Trains for real, on the data in data/.
 *
 *   npx tsx bench/lr-range.ts [--part rules|sweeps] [--seeds 5] [--methods random,tpe] > bench/results/lr-range.md
 */
import { parseArgs } from "node:util";
import { checkProblems, problems, sweepProblems, type Problem } from "./lr-range/problems.ts";
import { measureRules, rulesTable, summaryTable, table } from "./lr-range/rules-table.ts";
import { epochsTo, runSweep, samplers, trials, type Progress, type Walk } from "./lr-range/sweeps.ts";
import { machineLine } from "./machine.ts";

const { values } = parseArgs({
  options: {
    part: { type: "string" },
    seeds: { type: "string", default: "5" },
    methods: { type: "string", default: Object.keys(samplers).join(",") },
  },
});

async function rules(title: string, measured: readonly Problem[]): Promise<string> {
  const rows = [];
  for (const problem of measured) rows.push(await measureRules(problem, [101, 102, 103]));
  return `### ${title}\n\n${rulesTable(rows)}\n\n${summaryTable(rows)}\n`;
}

/** The range of a user who does not know the rate. */
const range: Walk = { min: 1e-5, max: 1 };

const sweepsHead = [
  "data",
  "method",
  "final loss, tests / none",
  "epochs to the latter, none",
  "with tests",
  "of which tests",
  "sooner",
];

async function sweeps(seeds: number): Promise<void> {
  console.log(table(sweepsHead, []));
  for (const method of values.methods.split(",")) {
    for (const problem of sweepProblems) {
      console.log(`| ${(await compare(problem, method, seeds)).join(" | ")} |`);
    }
  }
}

async function compare(problem: Problem, sampler: string, seeds: number): Promise<string[]> {
  const pairs: { readonly none: Progress; readonly tested: Progress }[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const none = await runSweep(problem, sampler, seed, range, false);
    pairs.push({ none, tested: await runSweep(problem, sampler, seed, range, true) });
  }
  const final = ({ points }: Progress): number => points.at(-1)!.best;
  const spent = pairs.map(({ none, tested }) => ({
    none: epochsTo(none, final(none)),
    tested: epochsTo(tested, final(none)),
  }));
  const sooner = spent.filter(({ none, tested }) => tested < none).length;
  const testEpochs = median(pairs.map(({ tested }) => tested.testEpochs));
  return [
    problem.name,
    sampler,
    median(pairs.map(({ none, tested }) => final(tested) / final(none))).toFixed(3),
    epochs(median(spent.map(({ none }) => none))),
    epochs(median(spent.map(({ tested }) => tested))),
    `${epochs(testEpochs)} (${median(pairs.map(({ tested }) => tested.tests))} tests)`,
    `${sooner} of ${seeds}`,
  ];
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
}

function epochs(count: number): string {
  return Number.isFinite(count) ? count.toFixed(0) : "never";
}

const { part } = values;
if (part !== "sweeps") {
  console.log("## Rules\n");
  console.log(await rules("Models the rules were chosen on", problems));
  console.log(await rules("Models they were not chosen on", checkProblems));
}
if (part !== "rules") {
  console.log(`## Sweeps of ${trials} trials with and without range tests\n`);
  await sweeps(Number(values.seeds));
}
console.log(`\n${machineLine()}; npx tsx bench/lr-range.ts ${process.argv.slice(2).join(" ")}`);
