import { kernels, room } from "./kernels.ts";

/** A matrix, row-major: `values` holds whole rows of `width` numbers. */
export interface Rows {
  readonly values: Float64Array;
  readonly width: number;
}

/** A Bᵀ [rows of a, rows of b] of matrices of one width. */
export function products(a: Rows, b: Rows): Float64Array {
  return productsOf(rowsOf(a), b, (values) => values.set(a.values));
}

/** The same of a matrix of so many rows that `write` puts where it is read; meanwhile nothing else may be multiplied. */
export function productsOf(rows: number, b: Rows, write: (values: Float64Array) => void): Float64Array {
  const { width } = b;
  const columns = rowsOf(b);
  const [x, y, out] = room(rows * width, columns * width, rows * columns);
  write(x);
  y.set(b.values);
  return summed(out, x, y, width);
}

/** A Bᵀ where row i of A is `values[i + a] - values[i + width]`, a from 0 on: windows of a series relative to the value behind each. */
export function changeProducts(values: Float64Array, b: Rows): Float64Array {
  const { width } = b;
  const rows = values.length - width;
  const columns = rowsOf(b);
  const [y, x, w, out] = room(values.length, rows * width, columns * width, rows * columns);
  y.set(values);
  w.set(b.values);
  kernels().writeChanges(x.byteOffset, y.byteOffset, rows, width);
  return summed(out, x, w, width);
}

/** X Yᵀ of matrices that lie where the kernels read, of rows of `width` numbers; a copy of `out`, where it is summed. */
function summed(out: Float64Array, x: Float64Array, y: Float64Array, width: number): Float64Array {
  const rows = width === 0 ? 0 : x.length / width;
  const columns = width === 0 ? 0 : y.length / width;
  out.fill(0);
  kernels().addProducts(
    out.byteOffset,
    columns,
    x.byteOffset,
    width,
    rows,
    y.byteOffset,
    width,
    columns,
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
