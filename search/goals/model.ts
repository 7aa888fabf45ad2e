import { normalQuantile } from "../math/normal.ts";
import type { Rng } from "../random.ts";
import type { Dimension } from "../samplers/bayes/encoding.ts";
import { Feasibility } from "../samplers/gp/acquisition.ts";
import { LABEL_NOISE_PRIOR } from "../samplers/gp/fit.ts";
import { fillAbsent, type Hyperparameters } from "../samplers/gp/kernel.ts";
import {
  imagined,
  measured,
  NOTHING_PENDING,
  type Pending,
  type Posterior,
} from "../samplers/gp/posterior.ts";
import { fittedTrials, Refit } from "../samplers/gp/refit.ts";
import type { TrainingSet } from "../samplers/gp/training-set.ts";
import { SobolSequence } from "../samplers/sobol/sequence.ts";
import { paretoFront } from "./dominance.ts";
import type { Goals } from "./goals.ts";
import { openBoxes, type Box } from "./hypervolume.ts";
import { VolumeImprovement } from "./improvement.ts";
import { hasScores, type GoalObservation } from "./observe.ts";
import { placesOf } from "./order.ts";
import { constraintTargets, targetsOf } from "./targets.ts";

/** Trials the models are fitted to: their time grows with the cube. */
const MAX_POINTS = 200;
/** What running trials might come out as is drawn this many times. */
const FUTURES = 8;
/** Noise variance of an estimated score, of standardised scores. */
const PARTIAL_NOISE = 0.05;
/** Points of the front by the number of metrics: boxes grow with its power. */
const MAX_FRONT: readonly number[] = [0, 1, 60, 30, 14, 9];

/** How far beyond the front's ends improvement counts, in its lengths or in deviations: with less, the ends are hardly looked for. */
const BEYOND = 1;

/** What a history says about where to look. */
export interface Look {
  readonly criterion: VolumeImprovement;
  /** Trials that keep the constraints and that no other beats. */
  readonly front: readonly GoalObservation[];
}

/** One Gaussian process for each metric and each constraint, and one for what trains to its end. It remembers fits between calls. */
export class GoalsModel {
  private readonly goals: Goals;
  private readonly dimensions: readonly Dimension[];
  private readonly metrics: readonly Refit[];
  private readonly constraints: readonly Refit[];
  private readonly ends: Refit;

  constructor(goals: Goals, dimensions: readonly Dimension[]) {
    this.goals = goals;
    this.dimensions = dimensions;
    this.metrics = goals.metrics.map(() => new Refit(dimensions));
    this.constraints = goals.constraints.map(() => new Refit(dimensions));
    this.ends = new Refit(dimensions, LABEL_NOISE_PRIOR);
  }

  /** What running trials will come out as is drawn with `rng`. */
  look(finished: readonly GoalObservation[], running: readonly Float64Array[], rng: Rng): Look {
    const kept = keep(this.goals, finished);
    const fitted = keep(this.goals, firstEnded(finished));
    const front = frontOf(kept);
    const pending = running.map((x) => fillAbsent(x, this.dimensions));
    const boxes = front.length === 0 ? undefined : this.boxes(kept, fitted, front, pending, rng);
    return {
      front,
      criterion: new VolumeImprovement(boxes?.posteriors ?? [], boxes?.futures ?? [], [
        ...this.kept(kept, fitted),
        ...this.ended(kept, fitted),
      ]),
    };
  }

  /** The metrics' processes, and what the front leaves open in each future. */
  private boxes(
    kept: readonly GoalObservation[],
    fitted: readonly GoalObservation[],
    front: readonly GoalObservation[],
    xs: readonly Float64Array[],
    rng: Rng,
  ): { readonly posteriors: readonly Posterior[]; readonly futures: readonly (readonly Box[])[] } {
    const { dimensions, goals } = this;
    const [all, some] = [kept.filter(hasScores), fitted.filter(hasScores)];
    const posteriors = goals.metrics.map((_, m) => {
      const theta = this.metrics[m]!.fit(this.scores(some, m, frontOf(some)));
      const pending = xs.length === 0 ? NOTHING_PENDING : draw(xs, rng);
      return imagined(this.scores(all, m, front), pending, dimensions, theta).posterior;
    });
    const feasible = all.filter(({ judged }) => judged.feasible).map(({ x }) => fillAbsent(x, dimensions));
    const expected = [...feasible, ...xs].map((x) => posteriors.map((one) => one.predict(x).means));
    const count = xs.length === 0 ? 1 : FUTURES;
    const futures = Array.from({ length: count }, (_, s) =>
      openTo(expected.map((means) => Float64Array.from(means, (of) => of[s]!))),
    );
    return { posteriors, futures };
  }

  private scores(
    observations: readonly GoalObservation[],
    m: number,
    front: readonly GoalObservation[],
  ): TrainingSet {
    return {
      xs: observations.map(({ x }) => fillAbsent(x, this.dimensions)),
      ys: targetsOf(this.goals, m, observations, front),
      extraNoise: Float64Array.from(observations, ({ partial }) => (partial && m === 0 ? PARTIAL_NOISE : 0)),
    };
  }

  /** Of each constraint, where anything is known of it. */
  private kept(kept: readonly GoalObservation[], fitted: readonly GoalObservation[]): readonly Feasibility[] {
    return this.goals.constraints.flatMap((constraint, c) => {
      const of = (observations: readonly GoalObservation[]): Excesses | undefined => {
        const known = observations.filter(({ judged }) => Number.isFinite(judged.excesses[c]!));
        if (known.length === 0) return undefined;
        const excesses = Float64Array.from(known, ({ judged }) => judged.excesses[c]!);
        const targets = constraintTargets(constraint, excesses);
        if (targets === undefined) return undefined;
        return {
          data: this.plain(
            known,
            targets.values.map((value) => 0 - value),
          ),
          limit: targets.limit,
        };
      };
      const [all, some] = [of(kept), of(fitted)];
      if (all === undefined || some === undefined) return [];
      const theta = this.constraints[c]!.fit(some.data);
      return [new Feasibility(measured(all.data, this.dimensions, theta), all.limit, theta.noise)];
    });
  }

  /** Of training to the end with every metric, where some trials did not. */
  private ended(
    kept: readonly GoalObservation[],
    fitted: readonly GoalObservation[],
  ): readonly Feasibility[] {
    if (kept.every(hasScores)) return [];
    const theta: Hyperparameters = this.ends.fit(this.labels(fitted).data);
    const { data, mean } = this.labels(kept);
    return [new Feasibility(measured(data, this.dimensions, theta), mean, theta.noise)];
  }

  private labels(observations: readonly GoalObservation[]): {
    readonly data: TrainingSet;
    readonly mean: number;
  } {
    const labels = Float64Array.from(observations, (each) => (hasScores(each) ? 1 : -1));
    const mean = labels.reduce((sum, label) => sum + label, 0) / Math.max(1, labels.length);
    return {
      mean,
      data: this.plain(
        observations,
        labels.map((label) => label - mean),
      ),
    };
  }

  private plain(observations: readonly GoalObservation[], ys: Float64Array): TrainingSet {
    return {
      xs: observations.map(({ x }) => fillAbsent(x, this.dimensions)),
      ys,
      extraNoise: new Float64Array(ys.length),
    };
  }
}

interface Excesses {
  /** Higher is better here: the less, the further within. */
  readonly data: TrainingSet;
  readonly limit: number;
}

function frontOf(observations: readonly GoalObservation[]): readonly GoalObservation[] {
  const feasible = observations.filter(({ judged }) => judged.feasible);
  return paretoFront(feasible.map(({ judged }) => judged.scores)).map((index) => feasible[index]!);
}

/** What the front of these points leaves open, a little beyond its ends. */
function openTo(points: readonly Float64Array[]): readonly Box[] {
  const front = paretoFront(points).map((index) => points[index]!);
  const reference = posteriorReference(front);
  front.sort((a, b) => a[0]! - b[0]!);
  const most = MAX_FRONT[reference.length]!;
  const step = Math.max(1, (front.length - 1) / Math.max(1, most - 1));
  const thinned = front.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
  return openBoxes(thinned, reference);
}

/** Of standardised scores, so that a front of one point, or of points side by side, leaves room, too. */
function posteriorReference(front: readonly Float64Array[]): Float64Array {
  return front[0]!.map((_, d) => {
    const scores = front.map((point) => point[d]!);
    const worst = Math.max(...scores);
    return worst + BEYOND * Math.max(worst - Math.min(...scores), 1);
  });
}

/** Quasi-random draws, which represent a distribution better than as many random ones. */
function draw(xs: readonly Float64Array[], rng: Rng): Pending {
  const sequence = new SobolSequence(xs.length, rng.int(2 ** 32));
  const futures = Array.from({ length: FUTURES }, (_, index) =>
    sequence.point(index).map((share) => normalQuantile(Math.max(share, 2 ** -33))),
  );
  return { xs, futures };
}

/** Those that ended first, as many as are fitted to; in the order of trial numbers. */
function firstEnded(finished: readonly GoalObservation[]): readonly GoalObservation[] {
  return finished
    .toSorted((a, b) => a.ended - b.ended || a.trial - b.trial)
    .slice(0, fittedTrials(finished.length))
    .sort((a, b) => a.trial - b.trial);
}

/** All, or of a long history the better half in the order of the goals and the others evenly thinned. In their order. */
function keep(goals: Goals, observations: readonly GoalObservation[]): readonly GoalObservation[] {
  if (observations.length <= MAX_POINTS) return observations;
  const places = placesOf(
    goals,
    observations.map(({ judged }) => judged),
  );
  const orderOf = (index: number): number =>
    Number.isNaN(places[index]!.order) ? Number.MAX_SAFE_INTEGER : places[index]!.order;
  const order = [...observations.keys()].sort((a, b) => orderOf(a) - orderOf(b) || a - b);
  const half = MAX_POINTS / 2;
  const rest = order.slice(half);
  const others = Array.from({ length: half }, (_, i) => rest[Math.floor((i * rest.length) / half)]!);
  return [...order.slice(0, half), ...others].sort((a, b) => a - b).map((index) => observations[index]!);
}
