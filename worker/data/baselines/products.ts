import { kernels, room } from "./kernels.ts";

/** A matrix, row-major: `values` holds whole rows of `width` numbers. */
export interface Rows {
  readonly values: Float64Array;
  readonly width: number;
}

/** A Bᵀ [rows of a, rows of b] of matrices of one width. */
export function products(a: Rows, b: Rows): Float64Array {
  const { width } = a;
  const [rowsA, rowsB] = [rowsOf(a), rowsOf(b)];
  const [x, y, out] = room(a.values.length, b.values.length, rowsA * rowsB);
  x.set(a.values);
  y.set(b.values);
  out.fill(0);
  kernels().addProducts(
    out.byteOffset,
    rowsB,
    x.byteOffset,
    width,
    rowsA,
    y.byteOffset,
    width,
    rowsB,
    width,
    1,
  );
  return out.slice();
}

/** X Xᵀ [rows, rows]. */
export function ownProducts(x: Rows): Float64Array {
  const rows = rowsOf(x);
  const [values, out] = room(x.values.length, rows * rows);
  values.set(x.values);
  out.fill(0);
  kernels().addOwnProducts(out.byteOffset, values.byteOffset, rows, x.width);
  return out.slice();
}

function rowsOf({ values, width }: Rows): number {
  return width === 0 ? 0 : values.length / width;
}
