import { analyseRange } from "../../search/lr-range/analyse.ts";
import { defaultReading } from "../../search/lr-range/curve.ts";
import { ruleNames, type RuleName } from "../../search/lr-range/rules.ts";
import { leastLoss, rangeCurve } from "./bench-session.ts";
import type { Problem } from "./problems.ts";

const rates = Array.from({ length: 11 }, (_, i) => 10 ** (-4 + i / 2));
/** A training that diverged counts as this many times the best loss. */
const worstRatio = 10;

interface Suggested {
  readonly rate: number | null;
  /** Least validation loss of a training with the rate / best of all rates; NaN without a rate. */
  readonly ratio: number;
}

interface Row {
  readonly name: string;
  readonly bestRate: number;
  /** For each rule, one for each seed. */
  readonly suggested: Readonly<Record<RuleName, readonly Suggested[]>>;
}

/** Trains with every rate of a sweep and with every suggestion, and compares. */
export async function measureRules(problem: Problem, seeds: readonly number[]): Promise<Row> {
  const sweep: (readonly [rate: number, loss: number])[] = [];
  for (const rate of rates) sweep.push([rate, await leastLoss(problem, 1, rate)]);
  const [bestRate, best] = sweep.reduce((a, b) => (b[1] < a[1] ? b : a));
  const suggested = Object.fromEntries(
    ruleNames.map((rule): [RuleName, Suggested[]] => [rule, []]),
  ) as Record<RuleName, Suggested[]>;
  for (const seed of seeds) {
    for (const { rule, rate } of analyseRange(await rangeCurve(problem, seed), defaultReading).suggestions) {
      const loss = rate === null ? Number.NaN : await leastLoss(problem, 1, rate);
      suggested[rule].push({ rate, ratio: Math.min(worstRatio, loss / best) });
    }
  }
  return { name: problem.name, bestRate, suggested };
}

export function rulesTable(rows: readonly Row[]): string {
  const head = ["model", "best rate", ...ruleNames];
  const body = rows.map(({ name, bestRate, suggested }) => [
    name,
    short(bestRate),
    ...ruleNames.map((rule) => cellOf(suggested[rule])),
  ]);
  return table(head, body);
}

/** The typical seed: rate and how many times the best loss it ends with. */
function cellOf(all: readonly Suggested[]): string {
  const found = all.filter(({ rate }) => rate !== null).sort((a, b) => a.ratio - b.ratio);
  const typical = found[found.length >> 1];
  if (typical === undefined || typical.rate === null) return "none";
  const none = found.length < all.length ? `, ${all.length - found.length} of ${all.length} none` : "";
  return `${short(typical.rate)} (${times(typical.ratio)}${none})`;
}

export function summaryTable(rows: readonly Row[]): string {
  const body = ruleNames.map((rule) => {
    const all = rows.flatMap(({ suggested, bestRate }) =>
      suggested[rule].map((one) => ({ ...one, bestRate })),
    );
    const found = all.filter(({ rate }) => rate !== null);
    const ratios = found.map(({ ratio }) => ratio).sort((a, b) => a - b);
    const far = found.filter(({ rate, bestRate }) => Math.abs(Math.log10((rate ?? 1) / bestRate)) > 1);
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    const at = (share: number): number =>
      ratios[Math.min(ratios.length - 1, Math.floor(share * ratios.length))]!;
    const counts = [`${far.length} of ${found.length}`, `${all.length - found.length} of ${all.length}`];
    return [rule, times(at(0.5)), times(mean), times(at(0.9)), times(ratios.at(-1)!), ...counts];
  });
  return table(
    ["rule", "median", "mean", "9 in 10 below", "worst", "more than 10 times off", "no suggestion"],
    body,
  );
}

export function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function short(rate: number): string {
  return String(Number(rate.toPrecision(2)));
}

function times(ratio: number): string {
  return ratio >= worstRatio ? "≥ 10" : ratio.toFixed(2);
}
