/** Tables of bench/real-data.ts, as Markdown. */
import type { Params } from "../search/space.ts";

/** The best trial by validation of one study. */
export interface SeedResult {
  readonly sweep: string;
  readonly seed: number;
  /** What the study ranks by, such as `val_mse`. */
  readonly metric: string;
  readonly seconds: number;
  readonly trials: number;
  readonly pruned: number;
  readonly validation: number;
  readonly params: Params;
  readonly test: Readonly<Record<string, number>>;
  readonly baselines: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const digits = 4;

export function realDataReport(results: readonly SeedResult[], machine: string): string {
  const bySweep = [...new Set(results.map(({ sweep }) => sweep))].map((sweep) =>
    results.filter((result) => result.sweep === sweep),
  );
  return [
    `# Real data\n`,
    `${machine}. Command: \`npx tsx bench/real-data.ts\`.\n`,
    "Each sweep was run with several seeds. Of every study the best trial by validation was scored on the test rows, once.\n",
    "| sweep | seeds | test metric | mean ± deviation | worst | best naive | linear | seconds a study |",
    "|---|---|---|---|---|---|---|---|",
    ...bySweep.map((seeds) => summaryRow(seeds)),
    ...bySweep.flatMap((seeds) => ["", ...seedTable(seeds)]),
    "",
  ].join("\n");
}

/** The error of forecasts, or the accuracy of classifiers. */
function testMetric({ test }: SeedResult): { readonly name: string; readonly lower: boolean } {
  return "test_accuracy" in test
    ? { name: "test_accuracy", lower: false }
    : { name: "test_mse", lower: true };
}

function summaryRow(seeds: readonly SeedResult[]): string {
  const first = seeds[0]!;
  const { name, lower } = testMetric(first);
  const values = seeds.map(({ test }) => test[name]!);
  const baseline = Object.entries(first.baselines).map(([kind, metrics]) => ({
    kind,
    value: metrics[name]!,
  }));
  const naive = baseline
    .filter(({ kind }) => kind !== "linear")
    .toSorted((a, b) => (lower ? a.value - b.value : b.value - a.value))[0];
  const linear = baseline.find(({ kind }) => kind === "linear");
  const worst = lower ? Math.max(...values) : Math.min(...values);
  const cells = [
    `[${first.sweep}](../../configs/${first.sweep}.yaml)`,
    `${seeds.length}`,
    name,
    `${mean(values).toFixed(digits)} ± ${deviation(values).toFixed(digits)}`,
    worst.toFixed(digits),
    naive === undefined ? "–" : `${naive.value.toFixed(digits)} (${naive.kind})`,
    linear === undefined ? "–" : linear.value.toFixed(digits),
    mean(seeds.map(({ seconds }) => seconds)).toFixed(0),
  ];
  return `| ${cells.join(" | ")} |`;
}

function seedTable(seeds: readonly SeedResult[]): string[] {
  const { sweep, metric } = seeds[0]!;
  const { name } = testMetric(seeds[0]!);
  return [
    `## ${sweep}\n`,
    `| seed | trials (pruned) | ${metric} | ${name} | the best trial's settings |`,
    "|---|---|---|---|---|",
    ...seeds.map(({ seed, trials, pruned, validation, test, params }) => {
      const settings = Object.entries(params).map(([key, value]) => `${key}=${short(value)}`);
      const figures = [validation, test[name]!].map((value) => value.toFixed(digits));
      return `| ${seed} | ${trials} (${pruned}) | ${figures.join(" | ")} | ${settings.join(" ")} |`;
    }),
  ];
}

function short(value: Params[string]): string {
  return typeof value === "number" ? `${Number(value.toPrecision(3))}` : JSON.stringify(value);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample deviation; 0 for one value. */
function deviation(values: readonly number[]): number {
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}
