/** A rule as W&B sweeps have it: one stopping bracket, although it is called hyperband. */
const ownKeys = ["min_iter", "max_iter", "s", "strict"];

/** Is this W&B's `early_terminate: {type: hyperband, ...}`? */
export function isWandbBracket(rule: Readonly<Record<string, unknown>>): boolean {
  return rule["type"] === "hyperband" && ownKeys.some((key) => key in rule);
}

export interface Bracket {
  readonly type: "asha";
  readonly mode: "stop";
  /** The first rung, in epochs. */
  readonly min_epochs: number;
  readonly eta: number;
}

/**
 * The same bracket in our words. Rungs are at min_iter · eta^k; given max_iter and s instead, at max_iter / eta^s and on
 * (docs.wandb.ai, sweep configuration, early_terminate). eta is 3 there unless it is given.
 */
export function asBracket(rule: Readonly<Record<string, unknown>>): Bracket {
  const eta = positive(rule["eta"]) ?? 3;
  const longest = positive(rule["max_iter"]);
  const first =
    positive(rule["min_iter"]) ??
    (longest === undefined ? 1 : Math.floor(longest / eta ** (positive(rule["s"]) ?? 1)));
  return { type: "asha", mode: "stop", min_epochs: Math.max(1, Math.round(first)), eta };
}

function positive(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 ? value : undefined;
}
