import { minimize } from "../../math/lbfgs.ts";
import type { Rng } from "../../random.ts";
import type { Params } from "../../space.ts";
import type { Encoding } from "../bayes/encoding.ts";
import { SobolSequence } from "../sobol/sequence.ts";
import { moveInto, type Branch } from "./branches.ts";
import { fillAbsent } from "./kernel.ts";

/** A configuration with the value of the acquisition there. */
export interface Proposal {
  readonly params: Params;
  readonly value: number;
}

/** What is maximised over encoded configurations; with `gradient` its derivative by their coordinates as well. */
export interface Criterion {
  value(x: Float64Array, gradient?: Float64Array): number;
}

/** Points of the whole space, and around good configurations, where the acquisition is looked at. */
const SCREENED = 400;
const NEARBY = 100;
/** Starting points of the local search, and its steps. */
const STARTS = 6;
const ITERATIONS = 40;
/** A finite dimension with more values than this is only optimised as if it were continuous. */
const MAX_LEVELS = 32;
const LOCAL_SCALES = [0.2, 0.05, 0.01];

/**
 * Maximises the acquisition over the space: screens a Sobol set and the neighbourhood of good configurations,
 * improves the best of them by L-BFGS in the continuous coordinates, then snaps to values of the space and tries
 * the neighbouring values of finite dimensions. Best first. As BoTorch does it (Balandat et al. 2020, arXiv 1910.06403), with
 * the neighbourhoods of SMAC (Hutter et al. 2011, Sequential Model-Based Optimization for General Algorithm Configuration). With `branch`
 * only there.
 */
export function propose(
  encoding: Encoding,
  acquisition: Criterion,
  good: readonly Float64Array[],
  rng: Rng,
  branch?: Branch,
): readonly Proposal[] {
  const search = new Climb(encoding, acquisition, branch);
  const sequence = new SobolSequence(encoding.dimensions.length, rng.int(2 ** 32));
  const screened = Array.from({ length: SCREENED }, (_, i) =>
    search.decoded(encoding.cubeVector(sequence.point(i)), i),
  );
  for (let i = 0; i < NEARBY && good.length > 0; i++) {
    const near = search.near(good[i % good.length]!, LOCAL_SCALES[i % LOCAL_SCALES.length]!, rng);
    screened.push(search.decoded(near, i));
  }
  for (const [i, x] of good.entries()) screened.push(search.decoded(search.decodable(x), i));
  screened.sort((a, b) => b.value - a.value);
  return screened
    .slice(0, STARTS)
    .map((start) => search.climb(start))
    .concat(screened.slice(STARTS, 3 * STARTS))
    .toSorted((a, b) => b.value - a.value);
}

class Climb {
  private readonly encoding: Encoding;
  private readonly acquisition: Criterion;
  private readonly branch: Branch | undefined;

  constructor(encoding: Encoding, acquisition: Criterion, branch: Branch | undefined) {
    this.encoding = encoding;
    this.acquisition = acquisition;
    this.branch = branch;
  }

  /** Of the vector, or where it comes to in the branch by its `turn`-th way. */
  decoded(x: Float64Array, turn: number): Proposal {
    const { branch, encoding } = this;
    return this.at(encoding.decode(branch === undefined ? x : moveInto(branch, x, turn)));
  }

  at(params: Params): Proposal {
    const x = fillAbsent(this.encoding.encode(params), this.encoding.dimensions);
    return { params, value: this.acquisition.value(x) };
  }

  /** Absent choices get a legal value, so that the vector can be decoded whatever conditions hold. */
  decodable(x: Float64Array): Float64Array {
    return x.map((value, d) =>
      Number.isNaN(value) ? (this.encoding.dimensions[d]!.kind === "unit" ? 0.5 : 0) : value,
    );
  }

  /** Moves each continuous coordinate by about `scale`, and now and then a choice. */
  near(x: Float64Array, scale: number, rng: Rng): Float64Array {
    return this.decodable(x).map((value, d) => {
      const { kind, levels } = this.encoding.dimensions[d]!;
      if (kind === "choice") return rng.next() < 0.1 ? rng.int(levels) : value;
      return Math.min(Math.max(value + scale * rng.normal(), 0), 1);
    });
  }

  /** Alternates continuous ascent and moves of finite dimensions until neither helps. */
  climb(start: Proposal): Proposal {
    let best = this.ascend(start);
    for (let round = 0; round < 3; round++) {
      const moved = this.moveLevels(best);
      if (moved === best) break;
      best = this.ascend(moved);
    }
    return best;
  }

  private ascend(start: Proposal): Proposal {
    const raw = this.encoding.encode(start.params);
    const { dimensions } = this.encoding;
    const fixed = fillAbsent(raw, dimensions);
    const free = [...raw.keys()].filter((d) => dimensions[d]!.kind === "unit" && !Number.isNaN(raw[d]!));
    const x = fixed.slice();
    const full = new Float64Array(x.length);
    const end = minimize(
      (part, gradient) => {
        for (const [i, d] of free.entries()) x[d] = part[i]!;
        const value = this.acquisition.value(x, full);
        for (const [i, d] of free.entries()) gradient[i] = 0 - full[d]!;
        return 0 - value;
      },
      Float64Array.from(free, (d) => fixed[d]!),
      { lower: new Float64Array(free.length), upper: new Float64Array(free.length).fill(1) },
      { maxIterations: ITERATIONS, gradientTolerance: 1e-3, valueTolerance: 1e-5 },
    );
    for (const [i, d] of free.entries()) x[d] = end.x[i]!;
    return better(
      start,
      this.at(
        this.encoding.decode(this.decodable(x.map((v, d) => (Number.isNaN(raw[d]!) ? Number.NaN : v)))),
      ),
    );
  }

  private moveLevels(start: Proposal): Proposal {
    let best = start;
    for (const [d, { kind, levels }] of this.encoding.dimensions.entries()) {
      if (levels > MAX_LEVELS || this.branch?.ways[0]!.has(d) === true) continue;
      const x = this.encoding.encode(best.params);
      if (Number.isNaN(x[d]!)) continue;
      const current = kind === "choice" ? x[d]! : Math.floor(x[d]! * levels);
      for (let level = 0; level < levels; level++) {
        if (level === current || (kind === "unit" && Math.abs(level - current) > 2)) continue;
        const moved = this.decodable(x);
        moved[d] = kind === "choice" ? level : (level + 0.5) / levels;
        best = better(best, this.at(this.encoding.decode(moved)));
      }
    }
    return best;
  }
}

function better(a: Proposal, b: Proposal): Proposal {
  return b.value > a.value ? b : a;
}
