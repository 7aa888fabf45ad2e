// How matrices are laid out for a product. All are row-major f32; `ld*` count floats between rows.
//
// The right-hand matrix of a product is packed into panels of 8 columns, [N/8][K][8], the last one filled up with zeros: the
// inner loop then reads it in order, whatever its row length (rows of 4H floats would all fall into the same cache sets).

/** Packs B [K, N] into panels. */
export function packPanels(k: i32, n: i32, b: usize, ldb: i32, panels: usize): void {
  for (let j = 0; j < n; j += 8) {
    const columns = min(8, n - j);
    let from = b + (j << 2);
    for (let i = 0; i < k; i++) {
      if (columns == 8) {
        v128.store(panels, v128.load(from));
        v128.store(panels, v128.load(from, 16), 16);
      } else {
        for (let c = 0; c < 8; c++) {
          store<f32>(panels + (c << 2), c < columns ? load<f32>(from + (c << 2)) : 0);
        }
      }
      panels += 32;
      from += ldb << 2;
    }
  }
}

/** Writes the transpose of A [rows, columns] to T [columns, rows]. */
export function transpose(rows: i32, columns: i32, a: usize, lda: i32, t: usize, ldt: i32): void {
  const wholeRows = rows & ~3;
  const wholeColumns = columns & ~3;
  for (let i = 0; i < wholeRows; i += 4) {
    for (let j = 0; j < wholeColumns; j += 4) {
      transposeTile(a + ((i * lda + j) << 2), lda << 2, t + ((j * ldt + i) << 2), ldt << 2);
    }
  }
  for (let i = 0; i < rows; i++) {
    for (let j = i < wholeRows ? wholeColumns : 0; j < columns; j++) {
      store<f32>(t + ((j * ldt + i) << 2), load<f32>(a + ((i * lda + j) << 2)));
    }
  }
}

@inline
function transposeTile(a: usize, lda: i32, t: usize, ldt: i32): void {
  const r0 = v128.load(a);
  const r1 = v128.load(a + lda);
  const r2 = v128.load(a + 2 * lda);
  const r3 = v128.load(a + 3 * lda);
  const lo01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const hi01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const lo23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const hi23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(t, v128.shuffle<f64>(lo01, lo23, 0, 2));
  v128.store(t + ldt, v128.shuffle<f64>(lo01, lo23, 1, 3));
  v128.store(t + 2 * ldt, v128.shuffle<f64>(hi01, hi23, 0, 2));
  v128.store(t + 3 * ldt, v128.shuffle<f64>(hi01, hi23, 1, 3));
}
