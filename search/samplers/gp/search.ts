import { seedFor, type Rng } from "../../random.ts";
import { compareScores } from "../../scores.ts";
import type { Params, Space } from "../../space.ts";
import type { Encoding } from "../bayes/encoding.ts";
import type { Observation, Observations } from "../bayes/observations.ts";
import { SobolSequence } from "../sobol/sequence.ts";
import { Branches, liesIn, moveInto, type Standing } from "./branches.ts";
import { Model } from "./model.ts";
import { propose, type Proposal } from "./propose.ts";

/** Trials whose neighbourhood is searched on purpose. */
const INCUMBENTS = 5;
/** Logarithm of an expected improvement that is as good as none: a hundredth of the scores' deviation. */
const IDLE = Math.log(0.01);

/**
 * Where the model looks next: where most improvement is expected, or into a branch of the space. A branch gets a look when it has had
 * too few (branches.ts). Once the model of all trials expects no improvement anywhere, the branch goes on whose own model expects most, in
 * deviations of its own scores, over its own best: what a branch may still hold counts, not how poor its first trials were.
 */
export class Search {
  private readonly encoding: Encoding;
  private readonly branches: Branches;
  private readonly model: Model;
  private readonly sequence: SobolSequence;

  /** `seed`: of the points that fill a branch. */
  constructor(space: Space, encoding: Encoding, seed: number) {
    this.encoding = encoding;
    this.branches = new Branches(space, encoding);
    this.model = new Model(encoding.dimensions);
    this.sequence = new SobolSequence(encoding.dimensions.length, seedFor(seed, "branches"));
  }

  /** How much of the differences between scores is noise, 0 to 1. */
  noiseShare(observations: Observations): number {
    return this.model.noiseShare(observations);
  }

  /** `tried`: all configurations so far, in the order of trial numbers. Best first. */
  proposals(tried: readonly Params[], observations: Observations, rng: Rng): readonly Proposal[] {
    const { branches, encoding, model } = this;
    const standing = branches.standing(tried);
    const owed = branches.owed(standing);
    if (owed !== undefined) return this.into(owed, observations, rng).proposals;
    const good = incumbents(observations.finished);
    const anywhere = propose(encoding, model.acquisition(observations, rng), good, rng);
    if (standing.length === 0 || (anywhere[0]?.value ?? 0) >= IDLE) return anywhere;
    const unfinished = standing.filter(({ branch, trials }) => trials < branch.size);
    const looks = unfinished.map((each) => this.into(each, observations, rng));
    const open = looks.filter(({ value }) => value >= IDLE).sort((a, b) => b.value - a.value);
    return open[0]?.proposals ?? anywhere;
  }

  /**
   * By turns what should improve on the branch's own best, and that best with the parameters that only the branch has from a sequence
   * that fills it evenly.
   */
  private into({ branch, trials }: Standing, { finished, running }: Observations, rng: Rng): Look {
    const { encoding } = this;
    const own = {
      finished: finished.filter(({ x }) => liesIn(branch, x)),
      running: running.filter((x) => liesIn(branch, x)),
    };
    const acquisition = new Model(encoding.dimensions).acquisition(own, rng);
    const proposals = propose(encoding, acquisition, incumbents(own.finished), rng, branch);
    const value = proposals[0]!.value;
    if (trials % 2 === 1 || branch.own.length === 0) return { proposals, value };
    const base = incumbents(own.finished)[0] ?? incumbents(finished)[0];
    const point = encoding.cubeVector(this.sequence.point(trials / 2));
    const x = point.map((filling, d) => {
      const known = base?.[d] ?? Number.NaN;
      return branch.own.includes(d) || Number.isNaN(known) ? filling : known;
    });
    const params = encoding.decode(moveInto(branch, x, trials / 2));
    return { proposals: [{ params, value }, ...proposals], value };
  }
}

interface Look {
  readonly proposals: readonly Proposal[];
  /** Logarithm of the expected improvement on the branch's own best, in deviations of its scores. */
  readonly value: number;
}

function incumbents(finished: readonly Observation[]): readonly Float64Array[] {
  return finished
    .filter(({ score }) => Number.isFinite(score))
    .sort((a, b) => compareScores(a.score, b.score) || a.trial - b.trial)
    .slice(0, INCUMBENTS)
    .map(({ x }) => x);
}
