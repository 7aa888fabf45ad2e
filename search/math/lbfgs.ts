import { dot } from "./linalg.ts";

/** Writes the gradient at `x` into `gradient` and returns the value; a value that is not finite is a wall. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export interface MinimizeOptions {
  readonly maxIterations: number;
  /** Stops when no free component of the gradient is larger. Default 1e-5. */
  readonly gradientTolerance?: number;
  /** Stops when a step improves the value by less. Default 1e-9. */
  readonly valueTolerance?: number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
}

const MEMORY = 8;
const MAX_HALVINGS = 20;
const ARMIJO = 1e-4;

/**
 * Minimises in a box: L-BFGS (Nocedal and Wright 2006, Numerical Optimization, algorithm 7.4) on the variables
 * that are free, with a backtracking search along the path projected into the box (Bertsekas 1982, Projected
 * Newton Methods). Never returns a worse point than the start.
 */
export function minimize(f: Objective, start: Float64Array, box: Box, options: MinimizeOptions): Minimum {
  const { maxIterations, gradientTolerance = 1e-5, valueTolerance = 1e-9 } = options;
  const n = start.length;
  const pairs = new Pairs();
  let x = project(start.slice(), box);
  let gradient = new Float64Array(n);
  let value = f(x, gradient);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const free = freeVariables(x, gradient, box);
    const masked = gradient.map((g, i) => (free[i] ? g : 0));
    if (masked.every((g) => Math.abs(g) <= gradientTolerance)) break;
    const step = search(f, x, value, gradient, pairs.direction(masked, free), box);
    if (step === undefined) {
      if (pairs.isEmpty) break;
      pairs.clear();
      continue;
    }
    pairs.add(subtract(step.x, x), subtract(step.gradient, gradient));
    const gain = value - step.value;
    ({ x, gradient, value } = step);
    if (gain < valueTolerance * Math.max(1, Math.abs(value))) break;
  }
  return { x, value };
}

interface Step {
  readonly x: Float64Array<ArrayBuffer>;
  readonly gradient: Float64Array<ArrayBuffer>;
  readonly value: number;
}

/** Halves the step until the value falls enough. */
function search(
  f: Objective,
  x: Float64Array,
  value: number,
  gradient: Float64Array,
  direction: Float64Array,
  box: Box,
): Step | undefined {
  for (let halving = 0, scale = 1; halving < MAX_HALVINGS; halving++, scale /= 2) {
    const next = project(
      x.map((v, i) => v + scale * direction[i]!),
      box,
    );
    const nextGradient = new Float64Array(x.length);
    const nextValue = f(next, nextGradient);
    const slope = dot(gradient, 0, subtract(next, x), 0, x.length);
    if (slope < 0 && nextValue <= value + ARMIJO * slope) {
      return { x: next, gradient: nextGradient, value: nextValue };
    }
  }
  return undefined;
}

/** The last few steps and changes of the gradient, and the direction they give. */
class Pairs {
  private readonly pairs: { s: Float64Array; y: Float64Array; sy: number }[] = [];

  get isEmpty(): boolean {
    return this.pairs.length === 0;
  }

  clear(): void {
    this.pairs.length = 0;
  }

  add(s: Float64Array, y: Float64Array): void {
    const sy = dot(s, 0, y, 0, s.length);
    if (sy <= 1e-12 * dot(y, 0, y, 0, y.length)) return;
    this.pairs.push({ s, y, sy });
    if (this.pairs.length > MEMORY) this.pairs.shift();
  }

  /** -H g by the two-loop recursion; steepest descent of length at most 1 without pairs or descent. */
  direction(gradient: Float64Array, free: readonly boolean[]): Float64Array {
    const n = gradient.length;
    const d = gradient.map((g) => 0 - g);
    const newest = this.pairs.at(-1);
    if (newest === undefined) return steepest(d);
    const alphas: number[] = [];
    for (let k = this.pairs.length - 1; k >= 0; k--) {
      const { s, y, sy } = this.pairs[k]!;
      alphas[k] = dot(s, 0, d, 0, n) / sy;
      axpy(d, -alphas[k]!, y);
    }
    const gamma = newest.sy / dot(newest.y, 0, newest.y, 0, n);
    for (let i = 0; i < n; i++) d[i] = d[i]! * gamma;
    for (const [k, { s, y, sy }] of this.pairs.entries()) axpy(d, alphas[k]! - dot(y, 0, d, 0, n) / sy, s);
    for (let i = 0; i < n; i++) if (!free[i]) d[i] = 0;
    return dot(d, 0, gradient, 0, n) < 0 ? d : steepest(gradient.map((g) => 0 - g));
  }
}

function steepest(d: Float64Array): Float64Array {
  const length = Math.sqrt(dot(d, 0, d, 0, d.length));
  return length > 1 ? d.map((v) => v / length) : d;
}

function axpy(into: Float64Array, factor: number, x: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = into[i]! + factor * x[i]!;
}

function subtract(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  return Float64Array.from(a, (v, i) => v - b[i]!);
}

function project(x: Float64Array<ArrayBuffer>, { lower, upper }: Box): Float64Array<ArrayBuffer> {
  for (let i = 0; i < x.length; i++) x[i] = Math.min(Math.max(x[i]!, lower[i]!), upper[i]!);
  return x;
}

/** A variable at a bound is free when the gradient leads back inside. */
function freeVariables(x: Float64Array, gradient: Float64Array, { lower, upper }: Box): readonly boolean[] {
  return Array.from(
    x,
    (v, i) => !(v <= lower[i]! && gradient[i]! > 0) && !(v >= upper[i]! && gradient[i]! < 0),
  );
}
