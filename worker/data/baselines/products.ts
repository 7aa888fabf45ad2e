/** Numbers row by row: row i begins at `start + i · stride`. */
export interface Rows {
  readonly values: Float64Array;
  readonly start: number;
  readonly stride: number;
  readonly rows: number;
}

/** All rows of a matrix, `width` numbers each. */
export function asRows(values: Float64Array, width: number): Rows {
  return { values, start: 0, stride: width, rows: width === 0 ? 0 : values.length / width };
}

/** Numbers of a row that are gone through at once, so that those of all rows stay in the cache. */
const depth = 512;

/** out[i, j] += factor · Σₖ a[i, k] b[j, k] over the first `count` numbers of each row, for all rows i of a and j of b. */
export function addProducts(out: Rows, a: Rows, b: Rows, count: number, factor: number): void {
  for (let first = 0; first < count; first += depth) {
    const length = Math.min(depth, count - first);
    for (let i = 0; i < a.rows; i += 4) {
      for (let j = 0; j < b.rows; j += 2) addTile({ out, a, b, i, j, first, length, factor });
    }
  }
}

/** Rows whose products with all rows before them are computed at a time. */
const panel = 16;

/** X Xᵀ [rows, rows] of X [rows, count]. */
export function ownProducts(x: Float64Array, rows: number, count: number): Float64Array {
  const all = { values: x, start: 0, stride: count };
  const products = new Float64Array(rows * rows);
  for (let from = 0; from < rows; from += panel) {
    const to = Math.min(from + panel, rows);
    const out = { values: products, start: from * rows, stride: rows, rows: to - from };
    addProducts(out, { ...all, start: from * count, rows: to - from }, { ...all, rows: to }, count, 1);
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) products[j * rows + i] = products[i * rows + j]!;
  }
  return products;
}

interface Tile {
  readonly out: Rows;
  readonly a: Rows;
  readonly b: Rows;
  readonly i: number;
  readonly j: number;
  readonly first: number;
  readonly length: number;
  readonly factor: number;
}

/** Four rows of a with two of b: every number that is read counts in several sums, which are all in registers. */
function addTile({ out, a, b, i, j, first, length, factor }: Tile): void {
  const x = a.values;
  const y = b.values;
  const lastA = a.rows - 1;
  // Rows that are not there repeat the last one, and are not written.
  const a0 = a.start + i * a.stride + first;
  const a1 = a.start + Math.min(i + 1, lastA) * a.stride + first;
  const a2 = a.start + Math.min(i + 2, lastA) * a.stride + first;
  const a3 = a.start + Math.min(i + 3, lastA) * a.stride + first;
  const b0 = b.start + j * b.stride + first;
  const b1 = b.start + Math.min(j + 1, b.rows - 1) * b.stride + first;
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  for (let k = 0; k < length; k++) {
    const y0 = y[b0 + k]!;
    const y1 = y[b1 + k]!;
    const x0 = x[a0 + k]!;
    const x1 = x[a1 + k]!;
    const x2 = x[a2 + k]!;
    const x3 = x[a3 + k]!;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s30 += x3 * y0;
    s31 += x3 * y1;
  }
  const { values, start, stride } = out;
  const narrow = j + 1 === b.rows;
  for (let row = 0; row < 4 && i + row < a.rows; row++) {
    const at = start + (i + row) * stride + j;
    values[at]! += factor * (row === 0 ? s00 : row === 1 ? s10 : row === 2 ? s20 : s30);
    if (!narrow) values[at + 1]! += factor * (row === 0 ? s01 : row === 1 ? s11 : row === 2 ? s21 : s31);
  }
}
