import { describe, expect, it } from "vitest";
import { minimize } from "../../search/math/lbfgs.ts";
import {
  cholesky,
  choleskyRow,
  inverseFromFactor,
  solveLower,
  solveUpper,
} from "../../search/math/linalg.ts";
import {
  logExpectedImprovement,
  logExpectedImprovementSlope,
  logNormalCdf,
  normalCdf,
  normalQuantile,
} from "../../search/math/normal.ts";
import { rngFor } from "../../search/random.ts";

/** z, cdf, log cdf, log(pdf + z cdf) and its slope: mpmath with 40 digits. */
const REFERENCE = [
  [-40, 0, -804.6084420137538, -808.29856835662, 40.04990665764852],
  [-12.5, 3.732564298877713e-36, -81.57596787074388, -84.11418284068544, 12.657057565828094],
  [-5, 2.866515718791939e-7, -15.064998393988725, -16.74430116266099, 5.361816241288088],
  [-2, 0.02275013194817921, -3.783184333682032, -4.768783523917114, 2.679416883955586],
  [-1.2, 0.11506967022170828, -2.1622175060437394, -2.8805757826097245, 2.051063166595427],
  [-0.3, 0.3820885778110474, -0.9621028181688507, -1.3214012449190435, 1.4323241816484151],
  [0, 0.5, -Math.LN2, -0.9189385332046728, 1.2533141373155003],
  [0.4, 0.6554217416103242, -0.42247637022777607, -0.46133913550320205, 1.039627800824957],
  [2.2, 0.9860965524865014, -0.014001005759384578, 0.7906762641919599, 0.4472322385533041],
  [6, 0.9999999990134123, -9.865876455243758e-10, 1.7917594692541146, 0.16666666649789214],
] as const;

const relative = (found: number, expected: number): number =>
  Math.abs(found - expected) / (Math.abs(expected) || 1);

describe("normal distribution", () => {
  it("agrees with 40 digits to about 12, far into the tails", () => {
    for (const [z, cdf, logCdf, logEi, slope] of REFERENCE) {
      expect(relative(normalCdf(z), cdf)).toBeLessThan(1e-12);
      expect(relative(logNormalCdf(z), logCdf)).toBeLessThan(1e-12);
      expect(relative(logExpectedImprovement(z), logEi)).toBeLessThan(1e-12);
      expect(relative(logExpectedImprovementSlope(z), slope)).toBeLessThan(1e-11);
    }
  });

  it("has finite logarithms and slopes where probabilities vanish", () => {
    for (const z of [-1e3, -1e6, -1e8]) {
      expect(relative(logExpectedImprovement(z), -0.5 * z * z)).toBeLessThan(1e-4);
      expect(relative(logExpectedImprovementSlope(z), -z)).toBeLessThan(1e-4);
    }
  });

  it("inverts its distribution function", () => {
    for (const p of [1e-300, 1e-12, 0.001, 0.02, 0.3, 0.5, 0.9, 0.9999]) {
      expect(relative(normalCdf(normalQuantile(p)), p)).toBeLessThan(1e-12);
    }
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
  });
});

describe("linear algebra", () => {
  const n = 9;
  const rng = rngFor(1, "matrix");
  const factors = Array.from({ length: n }, () => Array.from({ length: n }, () => rng.normal()));
  /** B Bᵀ + I */
  const a = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return factors[i]!.reduce((sum, v, k) => sum + v * factors[j]![k]!, i === j ? 1 : 0);
  });
  const times = (matrix: Float64Array, x: Float64Array): number[] =>
    Array.from({ length: n }, (_, i) => x.reduce((sum, v, j) => sum + matrix[i * n + j]! * v, 0));

  it("solves a system through its factor", () => {
    const l = a.slice();
    expect(cholesky(l, n)).toBe(true);
    const b = Float64Array.from({ length: n }, () => rng.normal());
    const x = b.slice();
    solveLower(l, n, x);
    solveUpper(l, n, x);
    for (const [i, value] of times(a, x).entries()) expect(value).toBeCloseTo(b[i]!, 10);
  });

  it("gives the inverse's lower triangle", () => {
    const l = a.slice();
    cholesky(l, n);
    const inverse = new Float64Array(n * n);
    inverseFromFactor(l, n, new Float64Array(n * n), inverse);
    const whole = inverse.map(
      (_, at) => inverse[Math.max(Math.floor(at / n), at % n) * n + Math.min(Math.floor(at / n), at % n)]!,
    );
    for (let i = 0; i < n; i++) {
      const column = Float64Array.from({ length: n }, (_, k) => whole[k * n + i]!);
      for (const [k, value] of times(a, column).entries()) expect(value).toBeCloseTo(k === i ? 1 : 0, 10);
    }
  });

  it("appends a row to a factor, and refuses what is not positive definite", () => {
    const [whole, stepwise] = [a.slice(), a.slice()];
    cholesky(whole, n);
    for (let i = 0; i < n; i++) choleskyRow(stepwise, n, i);
    expect(stepwise).toEqual(whole);
    expect(cholesky(Float64Array.of(1, 0, 2, 1), 2)).toBe(false);
  });
});

describe("minimisation in a box", () => {
  const box = (low: number, high: number): { lower: Float64Array; upper: Float64Array } => ({
    lower: new Float64Array(4).fill(low),
    upper: new Float64Array(4).fill(high),
  });
  /** Rosenbrock's valley in four dimensions: minimum 0 at (1, 1, 1, 1). */
  const valley = (x: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let value = 0;
    for (let i = 0; i < 3; i++) {
      const [along, off] = [1 - x[i]!, x[i + 1]! - x[i]! ** 2];
      value += 100 * off ** 2 + along ** 2;
      gradient[i] = gradient[i]! - 400 * x[i]! * off - 2 * along;
      gradient[i + 1] = gradient[i + 1]! + 200 * off;
    }
    return value;
  };
  const start = Float64Array.of(-1.2, 1, -1.2, 1);

  it("follows a curved valley to its end", () => {
    const { x, value } = minimize(valley, start, box(-5, 5), { maxIterations: 500, valueTolerance: 0 });
    expect(value).toBeLessThan(1e-8);
    for (const v of x) expect(v).toBeCloseTo(1, 3);
  });

  it("stops at the walls of the box, where the free slopes vanish", () => {
    const { x } = minimize(valley, start, box(-2, 0.5), { maxIterations: 500, valueTolerance: 0 });
    const gradient = new Float64Array(4);
    valley(x, gradient);
    for (const [i, v] of x.entries()) {
      expect(v).toBeLessThanOrEqual(0.5);
      if (v < 0.5) expect(Math.abs(gradient[i]!)).toBeLessThan(1e-3);
      else expect(gradient[i]).toBeLessThan(0);
    }
  });

  it("takes a value that is not finite as a wall, and never returns worse than the start", () => {
    const f = (x: Float64Array, gradient: Float64Array): number => {
      gradient[0] = -1;
      return x[0]! > 0.3 ? Number.NaN : 0 - x[0]!;
    };
    const { x } = minimize(
      f,
      new Float64Array(1),
      { lower: Float64Array.of(0), upper: Float64Array.of(1) },
      { maxIterations: 50 },
    );
    expect(x[0]).toBeGreaterThan(0.2);
    expect(x[0]).toBeLessThanOrEqual(0.3);
  });
});
