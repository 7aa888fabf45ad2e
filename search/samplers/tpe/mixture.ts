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
  }

  /** Density at `x` relative to the uniform one. */
  density(x: Float64Array): number {
    const { centres, peaks, widths, elsewhere } = this;
    const count = x.length;
    let sum = this.priorWeight;
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
    return sum / (this.points.length + this.priorWeight);
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

function uniform({ kind, levels }: Dimension, rng: Rng): number {
  return kind === "choice" ? rng.int(levels) : rng.next();
}
