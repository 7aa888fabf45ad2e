import { satisfies, type Labels } from "../../worker/protocol/nats/server/names.ts";

/** A study that wants workers. */
export interface Claimant {
  readonly key: string;
  /** Its weight, above 0. */
  readonly priority: number;
  /** It can use no more workers than this; `null`: all of them. */
  readonly limit: number | null;
  readonly requires: Labels;
}

/** Workers that the same claimants may use. */
interface Group {
  readonly size: number;
  readonly users: readonly Claimant[];
}

const mostRounds = 200;

/**
 * How many workers each study may use, as fractions: every worker is divided between the studies it can serve by
 * their priorities; what a study cannot use (its limit) is divided between the others. The same input gives the same
 * shares wherever it is computed.
 */
export function fairShares(
  workers: readonly Labels[],
  claimants: readonly Claimant[],
): ReadonlyMap<string, number> {
  const groups = groupsOf(workers, claimants);
  const weights = new Map(claimants.map(({ key, priority }) => [key, priority]));
  let shares = divide(groups, weights);
  // A study that has more than its limit weighs less, until it meets the limit; never more than its priority.
  for (let round = 0; round < mostRounds; round++) {
    let change = 0;
    for (const { key, limit, priority } of claimants) {
      const share = shares.get(key) ?? 0;
      if (limit === null || share === 0) continue;
      const before = weights.get(key)!;
      const after = Math.min(priority, (before * limit) / share);
      weights.set(key, after);
      change = Math.max(change, Math.abs(after - before) / priority);
    }
    if (change < 1e-9) break;
    shares = divide(groups, weights);
  }
  return new Map(
    claimants.map(({ key, limit }) => [
      key,
      Math.min(shares.get(key) ?? 0, limit ?? Number.POSITIVE_INFINITY),
    ]),
  );
}

function groupsOf(workers: readonly Labels[], claimants: readonly Claimant[]): readonly Group[] {
  const sizes = new Map<string, { size: number; users: readonly Claimant[] }>();
  for (const labels of workers) {
    const users = claimants.filter(({ requires }) => satisfies(labels, requires));
    const key = users.map((user) => user.key).join(" ");
    const known = sizes.get(key);
    if (known === undefined) sizes.set(key, { size: 1, users });
    else known.size += 1;
  }
  return [...sizes.values()];
}

function divide(groups: readonly Group[], weights: ReadonlyMap<string, number>): Map<string, number> {
  const shares = new Map<string, number>();
  for (const { size, users } of groups) {
    const total = users.reduce((sum, { key }) => sum + (weights.get(key) ?? 0), 0);
    if (total === 0) continue;
    for (const { key } of users) {
      shares.set(key, (shares.get(key) ?? 0) + (size * (weights.get(key) ?? 0)) / total);
    }
  }
  return shares;
}
