import { Cells } from "../../cells.ts";
import { domainSize } from "../../domain.ts";
import { isActive, type Parameter, type Params, type Space } from "../../space.ts";
import type { Encoding } from "../bayes/encoding.ts";

/** Configurations with the same active parameters. */
export interface Branch {
  /** The ways to choose what conditions ask about that lead here: coordinates by dimension of the encoding. At least one. */
  readonly ways: readonly ReadonlyMap<number, number>[];
  /** Dimensions of the parameters that apply here and do not in some other branch, without those that lead here. */
  readonly own: readonly number[];
  /** Active parameters that can vary. */
  readonly dimensions: number;
  /** Configurations; Infinity where one of its parameters is continuous. */
  readonly size: number;
}

/** A branch, and how many trials it has had. */
export interface Standing {
  readonly branch: Branch;
  readonly trials: number;
}

/** Beyond this many branches or ways into them, each of them would get too little to be worth a look of its own. */
const MAX_WAYS = 16;
/** What a branch may count on, of an even part of the trials. */
const SHARE = 0.5;
/** Trials a branch may count on, for each of its parameters and one more. */
const TRIALS_PER_PARAMETER = 4;

/**
 * The branches of a conditional space, and which of them is owed a look of its own. A model knows of a branch what was tried there:
 * one that looks poor after a few trials hides a narrow optimum as well as none. So while others are being improved, each branch gets an
 * even part of half the trials, until it has had a few for each of its parameters. A branch's best is sought, not its mean (Carpentier
 * and Valko 2014, Extreme Bandits, NeurIPS 27).
 */
export class Branches {
  private readonly space: Space;
  private readonly keys = new Map<string, number>();
  private readonly branches: Branch[] = [];

  constructor(space: Space, encoding: Encoding) {
    this.space = space;
    const asked = new Set(space.parameters.flatMap(({ when }) => when.map(({ param }) => param)));
    const roots = { parameters: space.parameters.filter(({ name }) => asked.has(name)) };
    const cells = new Cells(roots);
    if (asked.size === 0 || cells.size > MAX_WAYS) return;
    const found: Params[][] = [];
    for (let i = 0; i < cells.size; i++) {
      const chosen = cells.at(i);
      const key = this.keyOf(chosen);
      const at = this.keys.get(key) ?? found.length;
      this.keys.set(key, at);
      (found[at] ??= []).push(chosen);
    }
    if (found.length < 2) return;
    const everywhere = (parameter: Parameter): boolean => found.every(([way]) => isActive(parameter, way!));
    const own = new Set(space.parameters.flatMap((each) => (everywhere(each) ? [] : [each.name])));
    this.branches = found.map((ways) => this.branch(ways, encoding, own));
  }

  /** How many of these trials each branch has had; empty: there is one branch, or too many. */
  standing(tried: readonly Params[]): readonly Standing[] {
    const { branches } = this;
    const counts = branches.map(() => 0);
    if (branches.length > 0) {
      for (const params of tried) {
        const at = this.keys.get(this.keyOf(params));
        if (at !== undefined) counts[at] = counts[at]! + 1;
      }
    }
    return branches.map((branch, i) => ({ branch, trials: counts[i]! }));
  }

  /** The branch that has had too few for its part; `undefined`: none. */
  owed(standing: readonly Standing[]): Standing | undefined {
    const tried = standing.reduce((sum, { trials }) => sum + trials, 0);
    const even = (SHARE * tried) / standing.length;
    return standing
      .filter(
        ({ branch: { dimensions, size }, trials }) =>
          trials < Math.min(even, size, TRIALS_PER_PARAMETER * (dimensions + 1)),
      )
      .sort((a, b) => a.trials - b.trials)[0];
  }

  /** The names of the active parameters, as one text. */
  private keyOf(chosen: Params): string {
    return this.space.parameters
      .filter((parameter) => isActive(parameter, chosen))
      .map(({ name }) => name)
      .join("\n");
  }

  private branch(ways: readonly Params[], encoding: Encoding, own: ReadonlySet<string>): Branch {
    const way = ways[0]!;
    const active = this.space.parameters.filter(
      (parameter) => domainSize(parameter.domain) > 1 && isActive(parameter, way),
    );
    const below = active.filter(({ name }) => !(name in way));
    const names = new Set(below.flatMap(({ name }) => (own.has(name) ? [name] : [])));
    return {
      ways: ways.map((each) => coordinates(encoding, each)),
      own: encoding.dimensions.flatMap(({ name }, d) => (names.has(name) ? [d] : [])),
      dimensions: active.length,
      size: below.reduce((count, { domain }) => count * domainSize(domain), ways.length),
    };
  }
}

/** Does the encoded configuration lie in the branch? */
export function liesIn({ ways }: Branch, x: Float64Array): boolean {
  return ways.some((way) => [...way].every(([d, coordinate]) => x[d] === coordinate));
}

/** The vector with its coordinates changed to a way into the branch, the `turn`-th. */
export function moveInto({ ways }: Branch, x: Float64Array, turn: number): Float64Array {
  const moved = x.slice();
  for (const [d, coordinate] of ways[turn % ways.length]!) moved[d] = coordinate;
  return moved;
}

/** Those that the encoding has and the choice gives. */
function coordinates(encoding: Encoding, chosen: Params): ReadonlyMap<number, number> {
  const x = encoding.encode(chosen);
  return new Map([...x.entries()].filter(([, value]) => !Number.isNaN(value)));
}
