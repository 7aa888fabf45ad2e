const SQRT2 = Math.SQRT2;
const LOG_SQRT_2PI = 0.9189385332046727;
const SQRT_PI = 1.772453850905516;

/** Density of the standard normal distribution. */
export function normalPdf(z: number): number {
  return Math.exp(-0.5 * z * z - LOG_SQRT_2PI);
}

/** P(Z <= z), relative error about 1e-15 in both tails. */
export function normalCdf(z: number): number {
  const x = z / SQRT2;
  if (x > 0) return 1 - 0.5 * Math.exp(-x * x) * erfcx(x);
  return 0.5 * Math.exp(-x * x) * erfcx(-x);
}

/** log P(Z <= z), finite for every finite z. */
export function logNormalCdf(z: number): number {
  const x = Math.abs(z) / SQRT2;
  const tail = 0.5 * erfcx(x);
  if (z > 0) return Math.log1p(-Math.exp(-x * x) * tail);
  return -x * x + Math.log(tail);
}

/** z with P(Z <= z) = p, 0 < p < 1: Acklam's approximation and one Halley step. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return 0 - normalQuantile(1 - p);
  const z = p < 0.02425 ? tailQuantile(Math.sqrt(-2 * Math.log(p))) : centralQuantile(p - 0.5);
  const error = (normalCdf(z) - p) / normalPdf(z);
  return z - error / (1 + (z * error) / 2);
}

/**
 * log(pdf(z) + z cdf(z)): the logarithm of the expected improvement of a normal variable in units of its
 * deviation, accurate down to z = -1e8 (Ament et al. 2023, Unexpected Improvements to Expected Improvement
 * for Bayesian Optimization, arXiv 2310.20708, equation 9).
 */
export function logExpectedImprovement(z: number): number {
  if (z > -1) return Math.log(normalPdf(z) + z * normalCdf(z));
  return -0.5 * z * z - LOG_SQRT_2PI + Math.log(tailFraction(-z));
}

/** Derivative of logExpectedImprovement: cdf(z) / (pdf(z) + z cdf(z)). */
export function logExpectedImprovementSlope(z: number): number {
  if (z > -1) return normalCdf(z) / (normalPdf(z) + z * normalCdf(z));
  return millsRatio(-z) / tailFraction(-z);
}

/** (1 - cdf(x)) / pdf(x) for x >= 0. */
function millsRatio(x: number): number {
  return (SQRT_PI / SQRT2) * erfcx(x / SQRT2);
}

/** 1 - x millsRatio(x) for x >= 1; by its asymptotic series where the difference would cancel. */
function tailFraction(x: number): number {
  if (x < 30) return 1 - x * millsRatio(x);
  const q = 1 / (x * x);
  return q * (1 - q * (3 - q * (15 - q * (105 - q * 945))));
}

/**
 * exp(x^2) erfc(x) for x >= 0: rational approximations of Cody 1969, Rational Chebyshev Approximations for the
 * Error Function, Mathematics of Computation 23.
 */
export function erfcx(x: number): number {
  if (x <= 0.46875) {
    const t = x * x;
    return Math.exp(t) * (1 - (x * polynomial(ERF_P, t)) / polynomial(ERF_Q, t));
  }
  if (x <= 4) return polynomial(MID_P, x) / polynomial(MID_Q, x);
  const t = 1 / (x * x);
  return (1 / SQRT_PI - (t * polynomial(FAR_P, t)) / polynomial(FAR_Q, t)) / x;
}

/** Coefficients from the highest power down. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}

const ERF_P = [
  0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694,
];
const ERF_Q = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];
const MID_P = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
  881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
];
const MID_Q = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
];
const FAR_P = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
];
const FAR_Q = [
  1, 2.568520192289822, 1.8729528499234604, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
];

function centralQuantile(q: number): number {
  const r = q * q;
  return (q * polynomial(CENTRAL_P, r)) / polynomial(CENTRAL_Q, r);
}

function tailQuantile(q: number): number {
  return polynomial(TAIL_P, q) / polynomial(TAIL_Q, q);
}

const CENTRAL_P = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const CENTRAL_Q = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
];
const TAIL_P = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_Q = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
