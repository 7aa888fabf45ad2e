/** Tables of bench/real-data.ts, as Markdown. */
import type { Worth } from "../orchestrator/verdict/verdict.ts";
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
  /** Share of the first target's test values within intervals that are to hold 90 %; `null` for classes. */
  readonly coverage: number | null;
  /** What `seqtune evaluate` says of it; absent in results of earlier versions. */
  readonly verdict?: { readonly worth: Worth; readonly sentence: string } | null;
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
    "| sweep | seeds | test metric | mean ± deviation | worst | best naive | skill | linear | best other baseline | coverage of 90 % | verdicts | seconds a study |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|",
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
  const order = baseline.toSorted((a, b) => (lower ? a.value - b.value : b.value - a.value));
  const naive = order.find(({ kind }) => naiveKinds.has(kind));
  const linear = order.find(({ kind }) => kind === "linear");
  const other = order.find(({ kind }) => kind !== "linear" && !naiveKinds.has(kind));
  const worst = lower ? Math.max(...values) : Math.min(...values);
  const shown = (one: (typeof order)[number] | undefined): string =>
    one === undefined ? "–" : `${figure(one.value)} (${one.kind})`;
  const covered = seeds.flatMap(({ coverage }) => (coverage === null ? [] : [coverage]));
  const cells = [
    first.sweep,
    `${seeds.length}`,
    name,
    `${figure(mean(values))} ± ${figure(deviation(values))}`,
    figure(worst),
    shown(naive),
    naive === undefined ? "–" : percent((mean(values) - naive.value) / ((lower ? 0 : 1) - naive.value)),
    linear === undefined ? "–" : figure(linear.value),
    shown(other),
    covered.length === 0 ? "–" : percent(mean(covered)),
    verdicts(seeds),
    mean(seeds.map(({ seconds }) => seconds)).toFixed(0),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** What the tool says of the best trial, by seed, and where a figure of this table says otherwise. */
function verdicts(seeds: readonly SeedResult[]): string {
  const said = seeds.flatMap(({ verdict }) => (verdict ? [verdict.worth] : []));
  const counted = [...new Set(said)].map(
    (worth) => `${said.filter((one) => one === worth).length} × ${worth}`,
  );
  const wrong = seeds.filter(contradicts).map(({ seed }) => `seed ${seed}`);
  return [counted.join(", ") || "–", ...(wrong.length > 0 ? [`not as ${wrong.join(", ")}`] : [])].join("; ");
}

/** `best` beside a better baseline, `useless` beside none as good, or `beaten` where none is better. */
function contradicts(result: SeedResult): boolean {
  const { name, lower } = testMetric(result);
  const own = result.test[name]!;
  const better = Object.entries(result.baselines).filter(([, metrics]) =>
    lower ? metrics[name]! < own : metrics[name]! > own,
  );
  const worth = result.verdict?.worth;
  if (worth === "best" || worth === "beaten") return better.length > 0 === (worth === "best");
  if (worth !== "useless") return false;
  return !Object.entries(result.baselines).some(
    ([kind, metrics]) => naiveKinds.has(kind) && (lower ? metrics[name]! <= own : metrics[name]! >= own),
  );
}

/** What knows nothing but past values or class counts. */
const naiveKinds: ReadonlySet<string> = new Set([
  "repeat last",
  "season ago",
  "drift",
  "majority class",
  "mean",
]);

function figure(value: number): string {
  return Math.abs(value) >= 0.01 || value === 0 ? value.toFixed(digits) : value.toExponential(2);
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
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
      const figures = [validation, test[name]!].map(figure);
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
