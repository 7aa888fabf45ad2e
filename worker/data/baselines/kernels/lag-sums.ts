// Sums of products over all samples of a series (worker/data/baselines/sliding-moments.ts).
import { dot } from "./products";

/**
 * sums[a, b] += Σᵢ y[i + a] y[i + b] for a ≤ b < `width`, i from 0 to `count` - 1; y has `count` + `width` - 1 numbers. Entries follow from
 * their upper left neighbours by one product leaving and one entering.
 */
export function addLagSums(sums: usize, y: usize, count: i32, width: i32): void {
  const end = y + (count << 3);
  const down: usize = (width + 1) << 3;
  // The diagonals of one distance are independent of the others.
  for (let b = 0; b < width; b++) {
    const behind: usize = b << 3;
    let sum = dot(y, y + behind, count);
    let at = sums + behind;
    store<f64>(at, load<f64>(at) + sum);
    const last: usize = (width - b - 1) << 3;
    for (let a: usize = 0; a < last; a += 8) {
      const entering = load<f64>(end + a) * load<f64>(end + a + behind);
      sum += entering - load<f64>(y + a) * load<f64>(y + a + behind);
      at += down;
      store<f64>(at, load<f64>(at) + sum);
    }
  }
}
