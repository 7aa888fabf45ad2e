import type { Dimension } from "../bayes/encoding.ts";
import { Mixture } from "./mixture.ts";
import type { Split } from "./split.ts";

/** Weight of the uniform prior in both densities, where a trial weighs 1. */
const PRIOR_WEIGHT = 0.3;
/** Up to this many dimensions both densities have kernels of one width; beyond, those of bad examples narrow as much as there are more. */
const SAME_WIDTH_DIMENSIONS = 5;
/** Kernel width before the first trial; shrinks with n^(-1 / (dimensions + 4)), Scott's rule. */
const UNIT_WIDTH = 0.2;
/** Spread evenly beside the good examples, so that a few that lie together by chance do not narrow the kernels. */
const EVEN_EXAMPLES = 1;
/** The spread of 3 good examples tells nothing yet, that of 9 all it can. */
const TOO_FEW = 3;
const ENOUGH = 9;

export interface Densities {
  readonly good: Mixture;
  readonly bad: Mixture;
  /** Kernel width of the good one in numbers, where good examples are spread evenly. */
  readonly unitWidth: number;
}

/**
 * Of good and bad examples among `trials`. Kernels have one width in all numbers under noise, and the more `quiet` scores are (0 to 1,
 * quiet.ts), the more are they as wide as the good examples are spread in each (Scott 1992, Multivariate Density Estimation, section
 * 6.3.1, equation 6.42): good examples that lie together are a valley where scores can be believed, and luck where they cannot.
 */
export function densitiesOf(
  dimensions: readonly Dimension[],
  { good, bad }: Split,
  trials: number,
  quiet: number,
): Densities {
  const unitWidth = UNIT_WIDTH * (trials + 1) ** (-1 / (dimensions.length + 4));
  const badWidth = unitWidth * Math.min(1, SAME_WIDTH_DIMENSIONS / dimensions.length);
  const trust = quiet * Math.min(1, Math.max(0, (good.length - TOO_FEW) / (ENOUGH - TOO_FEW)));
  const relative = dimensions.map(({ kind }, d) =>
    kind === "unit" && trust > 0 ? spread(good, d) ** trust : 1,
  );
  const density = (points: readonly Float64Array[], width: number): Mixture => {
    const widths = Float64Array.from(dimensions, ({ kind, levels }, d) =>
      kind === "unit"
        ? Math.max(width * relative[d]!, levels === Infinity ? 0 : 0.5 / levels)
        : // As if every value had been seen once more than it was (Laplace).
          (levels - 1) / (levels + points.length),
    );
    return new Mixture(dimensions, points, widths, PRIOR_WEIGHT);
  };
  return { good: density(good, unitWidth), bad: density(bad, badWidth), unitWidth };
}

/** Standard deviation of the points in dimension `d`, with some spread evenly beside them, as a multiple of that of an even spread. */
function spread(points: readonly Float64Array[], d: number): number {
  const values = points.map((x) => x[d]!).filter((value) => !Number.isNaN(value));
  const count = values.length + EVEN_EXAMPLES;
  const mean = (values.reduce((sum, value) => sum + value, 0) + EVEN_EXAMPLES / 2) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const even = EVEN_EXAMPLES * (1 / 12 + (0.5 - mean) ** 2);
  return Math.sqrt((12 * (squares + even)) / count);
}
