import { kernels, room } from "./kernels.ts";

/** A system of equations (A + λI) X = B with a symmetric A. */
export interface Equations {
  /** A [n, n], of which only the lower triangle is read. */
  readonly a: Float64Array;
  readonly n: number;
  /** λ */
  readonly added: number;
  /** B [n, m] */
  readonly b: Float64Array;
  readonly m: number;
}

/** Its solution X [n, m]; undefined where A + λI is not positive definite. */
export function solvePositive({ a, n, added, b, m }: Equations): Float64Array | undefined {
  const [l, x] = room(n * n, m * n);
  l.set(a);
  for (let i = 0; i < n; i++) l[i * n + i]! += added;
  if (kernels().factor(l.byteOffset, n) === 0) return undefined;
  transpose(b, n, m, x);
  kernels().solve(l.byteOffset, n, x.byteOffset, m);
  return transposed(x, m, n);
}

/** [columns, rows] of [rows, columns]. */
export function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(a.length);
  transpose(a, rows, columns, result);
  return result;
}

function transpose(a: Float64Array, rows: number, columns: number, result: Float64Array): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = a[i * columns + j]!;
  }
}
