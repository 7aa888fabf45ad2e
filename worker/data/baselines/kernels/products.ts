// Products of rows. Matrices are row-major f64; `ld*` count numbers between rows.

/** Numbers of a row that are gone through at once, so that those of all rows stay in the cache. */
const depth: i32 = 512;

/** out[i, j] += factor · Σₖ a[i, k] b[j, k] over `count` numbers of each row, for all rows i of a and j of b. */
export function addProducts(
  out: usize,
  ldOut: i32,
  a: usize,
  lda: i32,
  rowsA: i32,
  b: usize,
  ldb: i32,
  rowsB: i32,
  count: i32,
  factor: f64,
): void {
  for (let first = 0; first < count; first += depth) {
    const length = min(depth, count - first);
    for (let j = 0; j < rowsB; j += 2) {
      const bj = b + ((j * ldb + first) << 3);
      for (let i = 0; i < rowsA; i += 4) {
        const ai = a + ((i * lda + first) << 3);
        const tall = min(4, rowsA - i);
        const wide = min(2, rowsB - j);
        addTile(out + ((i * ldOut + j) << 3), ldOut << 3, ai, lda << 3, tall, bj, ldb << 3, wide, length, factor);
      }
    }
  }
}

/** Up to 4 rows of a with up to 2 of b: every number that is read counts in several sums, which are all in registers. `step*`: bytes. */
function addTile(
  out: usize, stepOut: usize,
  a: usize, stepA: usize, tall: i32,
  b: usize, stepB: usize, wide: i32,
  length: i32, factor: f64,
): void {
  // Rows that are not there repeat the last one, and are not written.
  let a0 = a;
  let a1 = tall > 1 ? a0 + stepA : a0;
  let a2 = tall > 2 ? a1 + stepA : a1;
  let a3 = tall > 3 ? a2 + stepA : a2;
  let b0 = b;
  let b1 = wide > 1 ? b0 + stepB : b0;
  let s00 = f64x2.splat(0);
  let s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  const end = a0 + ((length & ~1) << 3);
  while (a0 < end) {
    const y0 = v128.load(b0);
    const y1 = v128.load(b1);
    let x = v128.load(a0);
    s00 = f64x2.add(s00, f64x2.mul(x, y0));
    s01 = f64x2.add(s01, f64x2.mul(x, y1));
    x = v128.load(a1);
    s10 = f64x2.add(s10, f64x2.mul(x, y0));
    s11 = f64x2.add(s11, f64x2.mul(x, y1));
    x = v128.load(a2);
    s20 = f64x2.add(s20, f64x2.mul(x, y0));
    s21 = f64x2.add(s21, f64x2.mul(x, y1));
    x = v128.load(a3);
    s30 = f64x2.add(s30, f64x2.mul(x, y0));
    s31 = f64x2.add(s31, f64x2.mul(x, y1));
    a0 += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    b0 += 16;
    b1 += 16;
  }
  if (length & 1) {
    const y0 = v128.load64_zero(b0);
    const y1 = v128.load64_zero(b1);
    s00 = f64x2.add(s00, f64x2.mul(v128.load64_zero(a0), y0));
    s01 = f64x2.add(s01, f64x2.mul(v128.load64_zero(a0), y1));
    s10 = f64x2.add(s10, f64x2.mul(v128.load64_zero(a1), y0));
    s11 = f64x2.add(s11, f64x2.mul(v128.load64_zero(a1), y1));
    s20 = f64x2.add(s20, f64x2.mul(v128.load64_zero(a2), y0));
    s21 = f64x2.add(s21, f64x2.mul(v128.load64_zero(a2), y1));
    s30 = f64x2.add(s30, f64x2.mul(v128.load64_zero(a3), y0));
    s31 = f64x2.add(s31, f64x2.mul(v128.load64_zero(a3), y1));
  }
  addPair(out, s00, s01, wide, factor);
  if (tall > 1) addPair(out + stepOut, s10, s11, wide, factor);
  if (tall > 2) addPair(out + 2 * stepOut, s20, s21, wide, factor);
  if (tall > 3) addPair(out + 3 * stepOut, s30, s31, wide, factor);
}

/** Adds the sums of two columns, or of the first of them. */
@inline
function addPair(out: usize, left: v128, right: v128, wide: i32, factor: f64): void {
  store<f64>(out, load<f64>(out) + factor * total(left));
  if (wide > 1) store<f64>(out, load<f64>(out, 8) + factor * total(right), 8);
}

@inline
function total(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** X Xᵀ [rows, rows] of X [rows, count], added to `out`. */
export function addOwnProducts(out: usize, x: usize, rows: i32, count: i32): void {
  for (let from = 0; from < rows; from += 16) {
    const to = min(from + 16, rows);
    const row = from << 3;
    addProducts(out + row * rows, rows, x + row * count, count, to - from, x, count, to, count, 1);
  }
  for (let i = 1; i < rows; i++) {
    for (let j = 0; j < i; j++) store<f64>(out + ((j * rows + i) << 3), load<f64>(out + ((i * rows + j) << 3)));
  }
}

/** Σ x[k] y[k] over `count` numbers. */
@inline
export function dot(x: usize, y: usize, count: i32): f64 {
  let sum = f64x2.splat(0);
  let other = sum;
  const whole = x + ((count & ~3) << 3);
  const end = x + (count << 3);
  while (x < whole) {
    sum = f64x2.add(sum, f64x2.mul(v128.load(x), v128.load(y)));
    other = f64x2.add(other, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
    x += 32;
    y += 32;
  }
  let rest = total(f64x2.add(sum, other));
  while (x < end) {
    rest += load<f64>(x) * load<f64>(y);
    x += 8;
    y += 8;
  }
  return rest;
}

/** out[i, a] = y[i + a] - y[i + width]: `rows` windows of a series, one after another, relative to the number behind each. */
export function writeChanges(out: usize, y: usize, rows: i32, width: i32): void {
  const whole: usize = (width & ~1) << 3;
  for (let i = 0; i < rows; i++) {
    const last = v128.load64_splat(y + (width << 3));
    for (let a: usize = 0; a < whole; a += 16) v128.store(out + a, f64x2.sub(v128.load(y + a), last));
    if (width & 1) store<f64>(out + whole, load<f64>(y + whole) - f64x2.extract_lane(last, 0));
    out += width << 3;
    y += 8;
  }
}
