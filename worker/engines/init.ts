import { type Rng, rngFor } from "../../search/random.ts";
import { elements, type ModelDims, weightShapes } from "../protocol/model-shape.ts";
import type { CellName, ModelSettings } from "../protocol/model-settings.ts";
import type { NamedWeights } from "./engine.ts";

/**
 * Fresh weights, the same on every engine. Each is drawn from its own generator, `rngFor(seed, "weights", name)`,
 * in row-major order, computed in double precision and rounded once:
 * - kernels: glorot uniform (Glorot & Bengio 2010, eq. 16), fans as Keras counts them (all gates together);
 * - recurrent kernels: orthogonal rows (Saxe et al. 2014);
 * - biases: 0, and 1 for the forget gate (Jozefowicz et al. 2015).
 */
export function initialWeights(model: ModelSettings, dims: ModelDims, seed: number): NamedWeights[] {
  return weightShapes(model, dims).map(({ name, shape }) => ({
    name,
    shape,
    data: initialData(name, shape, model.cell, rngFor(seed, "weights", name)),
  }));
}

function initialData(name: string, shape: readonly number[], cell: CellName, rng: Rng): Float32Array {
  const [rows = 0, columns = 0] = shape;
  const role = name.slice(name.lastIndexOf("/") + 1);
  if (role === "kernel") return glorotUniform(rows, columns, rng);
  if (role === "recurrent") return orthogonalRows(rows, columns, rng);
  return bias(elements(shape), cell === "lstm" && !name.startsWith("dense/"));
}

/** Uniform in ±√(6 / (rows + columns)). */
function glorotUniform(rows: number, columns: number, rng: Rng): Float32Array {
  const limit = Math.sqrt(6 / (rows + columns));
  return Float32Array.from({ length: rows * columns }, () => (2 * rng.next() - 1) * limit);
}

/**
 * [rows, columns], rows <= columns: normal numbers made orthonormal row by row (modified Gram-Schmidt), which is
 * the Q of a QR decomposition with a positive diagonal, hence uniform over all orthogonal matrices.
 */
function orthogonalRows(rows: number, columns: number, rng: Rng): Float32Array {
  const matrix = Array.from({ length: rows }, () =>
    Float64Array.from({ length: columns }, () => rng.normal()),
  );
  for (const [r, row] of matrix.entries()) {
    scale(row, 1 / Math.sqrt(dot(row, row)));
    for (let later = r + 1; later < rows; later++) {
      const other = matrix[later]!;
      subtract(other, row, dot(other, row));
    }
  }
  const flat = new Float32Array(rows * columns);
  for (const [r, row] of matrix.entries()) flat.set(row, r * columns);
  return flat;
}

/** Gate order i, f, g, o: the forget gate is the second quarter. */
function bias(length: number, forgetGate: boolean): Float32Array {
  const data = new Float32Array(length);
  if (forgetGate) data.fill(1, length / 4, length / 2);
  return data;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function scale(a: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i]! *= factor;
}

/** a -= factor · b */
function subtract(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i]! -= factor * b[i]!;
}
