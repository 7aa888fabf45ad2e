import { indexOfShare } from "../../domain.ts";
import { normalCdf } from "../../math/normal.ts";
import type { Rng } from "../../random.ts";
import type { Dimension } from "../bayes/encoding.ts";

const LOG_SQRT_2PI = 0.9189385332046727;

/**
 * A density over configurations: a uniform prior and one product kernel for each point (Falkner et al. 2018,
 * BOHB, arXiv 1807.01774, section 3.3). Kernels are normal distributions cut off at the ends of [0, 1]; for
 * choices they keep the point's value or move to any other (Aitchison and Aitken 1976). A dimension that a point
 * lacks is uniform under its kernel; a dimension that the candidate lacks is integrated out.
 */
export class Mixture {
  private readonly dimensions: readonly Dimension[];
  private readonly points: readonly Float64Array[];
  private readonly widths: Float64Array;
  /** Weight of the prior, where a point weighs 1. */
  private readonly priorWeight: number;
  /** [points × dimensions], row-major: coordinates, and logarithms of the kernels at their centre. */
  private readonly centres: Float64Array;
  private readonly peaks: Float64Array;
  /** Logarithm of a choice's kernel at any other value; NaN for a dimension that is no choice. */
  private readonly elsewhere: Float64Array;
  /** For points and candidates that lack nothing, which is most of them; undefined where a point lacks something. */
  private readonly whole: WholeKernels | undefined;

  /**
   * `widths`, one a dimension: of a `unit` dimension the kernel's deviation, of a `choice` the probability of
   * another value, 0 excluded, at most 1 - 1 / levels.
   */
  constructor(
    dimensions: readonly Dimension[],
    points: readonly Float64Array[],
    widths: Float64Array,
    priorWeight: number,
  ) {
    const count = dimensions.length;
    this.dimensions = dimensions;
    this.points = points;
    this.widths = widths;
    this.priorWeight = priorWeight;
    this.centres = new Float64Array(points.length * count);
    for (const [k, point] of points.entries()) this.centres.set(point, k * count);
    this.peaks = this.centres.map((centre, at) => this.peak(at % count, centre));
    this.elsewhere = Float64Array.from(dimensions, ({ kind, levels }, d) =>
      kind === "choice" ? Math.log((widths[d]! * levels) / (levels - 1)) : Number.NaN,
    );
    if (!this.centres.some(Number.isNaN)) this.whole = this.compile();
  }

  /** Density at `x` relative to the uniform one. */
  density(x: Float64Array): number {
    const { points, priorWeight, whole } = this;
    const kernels = whole === undefined || x.some(Number.isNaN) ? this.kernels(x) : wholeKernels(whole, x);
    return (priorWeight + kernels) / (points.length + priorWeight);
  }

  /** Sum of the kernels at `x`. */
  private kernels(x: Float64Array): number {
    const { centres, peaks, widths, elsewhere } = this;
    const count = x.length;
    let sum = 0;
    for (let at = 0; at < centres.length;) {
      let log = 0;
      for (let d = 0; d < count; d++, at++) {
        const step = x[d]! - centres[at]!;
        // NaN: absent from the point or the candidate.
        if (step !== step) continue;
        const away = elsewhere[d]!;
        if (away !== away) {
          const z = step / widths[d]!;
          log += peaks[at]! - 0.5 * z * z;
        } else {
          log += step === 0 ? peaks[at]! : away;
        }
      }
      sum += Math.exp(log);
    }
    return sum;
  }

  private compile(): WholeKernels {
    const { centres, elsewhere, peaks, points, widths } = this;
    const count = widths.length;
    const units = [...widths.keys()].filter((d) => Number.isNaN(elsewhere[d]!));
    const choices = [...widths.keys()].filter((d) => !Number.isNaN(elsewhere[d]!));
    const inverse = Float64Array.from(units, (d) => 1 / widths[d]!);
    const sums = new Float64Array(points.length);
    const unitCentres = new Float64Array(points.length * units.length);
    const choiceCentres = new Float64Array(points.length * choices.length);
    for (let k = 0, unit = 0, choice = 0, at = 0; k < points.length; k++, at += count) {
      for (let d = 0; d < count; d++) sums[k] = sums[k]! + peaks[at + d]!;
      for (let i = 0; i < units.length; i++) unitCentres[unit++] = centres[at + units[i]!]! * inverse[i]!;
      for (let i = 0; i < choices.length; i++) choiceCentres[choice++] = centres[at + choices[i]!]!;
    }
    const gaps = Float64Array.from(choices, (d) => {
      const { levels } = this.dimensions[d]!;
      return Math.log((1 - widths[d]!) * levels) - elsewhere[d]!;
    });
    return { units, inverse, choices, gaps, peaks: sums, unitCentres, choiceCentres };
  }

  /**
   * A value in every dimension, so that conditions can be decided afterwards. What the drawn point lacks is taken
   * group by group from other points that have the group.
   */
  sample(rng: Rng): Float64Array {
    const point = this.draw(this.points, rng);
    const lent = new Map<number, Float64Array | undefined>();
    return Float64Array.from(this.dimensions, (dimension, d) => {
      if (point === undefined) return uniform(dimension, rng);
      if (!Number.isNaN(point[d]!)) return this.near(d, point[d]!, rng);
      const { group } = dimension;
      if (!lent.has(group)) {
        const having = this.points.filter((other) => !Number.isNaN(other[d]!));
        lent.set(group, this.draw(having, rng));
      }
      const centre = lent.get(group)?.[d] ?? Number.NaN;
      return Number.isNaN(centre) ? uniform(dimension, rng) : this.near(d, centre, rng);
    });
  }

  /** One of the points; `undefined`: the prior. */
  private draw(points: readonly Float64Array[], rng: Rng): Float64Array | undefined {
    return points[Math.floor(rng.next() * (points.length + this.priorWeight))];
  }

  private near(d: number, centre: number, rng: Rng): number {
    const { kind, levels } = this.dimensions[d]!;
    const width = this.widths[d]!;
    if (kind === "choice") {
      if (rng.next() >= width) return centre;
      const other = rng.int(levels - 1);
      return other < centre ? other : other + 1;
    }
    for (;;) {
      const value = centre + width * rng.normal();
      if (value >= 0 && value <= 1) return value;
    }
  }

  private peak(d: number, centre: number): number {
    const { kind, levels } = this.dimensions[d]!;
    const width = this.widths[d]!;
    if (kind === "choice") return Math.log((1 - width) * levels);
    return -Math.log(width * (normalCdf((1 - centre) / width) - normalCdf(-centre / width))) - LOG_SQRT_2PI;
  }
}

/** The kernels in the form in which they are quickest to evaluate. */
interface WholeKernels {
  /** Numbers of the dimensions of either kind. */
  readonly units: readonly number[];
  readonly choices: readonly number[];
  /** [units] 1 / width */
  readonly inverse: Float64Array;
  /** [choices] by how much another value lowers the logarithm. */
  readonly gaps: Float64Array;
  /** [points] logarithm at the centre. */
  readonly peaks: Float64Array;
  /** [points × units] in widths. */
  readonly unitCentres: Float64Array;
  /** [points × choices] */
  readonly choiceCentres: Float64Array;
}

/** Beside the prior a kernel whose logarithm is lower than this adds nothing to a number of 64 bits. */
const NOTHING = -45;

function wholeKernels(kernels: WholeKernels, x: Float64Array): number {
  const { units, choices, inverse, gaps, peaks, unitCentres, choiceCentres } = kernels;
  const [unitCount, choiceCount] = [units.length, choices.length];
  const scaled = inverse.map((each, i) => x[units[i]!]! * each);
  const chosen = gaps.map((_, i) => x[choices[i]!]!);
  let sum = 0;
  for (let k = 0; k < peaks.length; k++) {
    let log = peaks[k]!;
    for (let i = 0, at = k * unitCount; i < unitCount; i++, at++) {
      const z = scaled[i]! - unitCentres[at]!;
      log -= 0.5 * z * z;
    }
    for (let i = 0, at = k * choiceCount; i < choiceCount; i++, at++) {
      if (chosen[i] !== choiceCentres[at]) log -= gaps[i]!;
    }
    if (log > NOTHING) sum += Math.exp(log);
  }
  return sum;
}

function uniform({ kind, levels, probabilities }: Dimension, rng: Rng): number {
  if (probabilities !== undefined) return indexOfShare(probabilities, rng.next());
  return kind === "choice" ? rng.int(levels) : rng.next();
}
