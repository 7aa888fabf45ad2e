import { KernelFault } from "./memory.ts";
import { numbers } from "./numbers.ts";

/** What a thread brings to a product of its warp (`mma.m16n8k8` of TF32): a 16 × 8 times 8 × 8. */
export interface Share {
  /** The instruction's position. */
  readonly at: number;
  /** Of the thread within the warp. */
  readonly lane: number;
  /** Bits of four numbers of the first factor and two of the second. */
  readonly factors: readonly number[];
  readonly sums: readonly number[];
}

/**
 * How a card sums: the manual leaves it open. `rising`: one product after the other, each sum rounded. `aligned`: all at once, cut off at
 * the last place of the largest, as measured on cards (Fasi et al. 2021, Numerical behavior of NVIDIA tensor cores).
 */
export type Summing = "rising" | "aligned";

/** Factors of a product, [16][8] and [8][8]; one product is computed at a time. */
const a = new Float64Array(16 * 8);
const b = new Float64Array(8 * 8);

/** The sums of each of a warp's threads, in the order of `shares`. */
export function warpProduct(shares: readonly Share[], summing: Summing): readonly (readonly number[])[] {
  for (const share of shares) bring(share);
  const sum = summing === "rising" ? risingSum : alignedSum;
  return shares.map(({ lane, sums: [c0, c1, c2, c3] }) => {
    const row = (lane >> 2) * 8;
    const column = 2 * (lane & 3);
    return [
      sum(c0!, row, column),
      sum(c1!, row, column + 1),
      sum(c2!, row + 64, column),
      sum(c3!, row + 64, column + 1),
    ];
  });
}

function bring({ lane, factors }: Share): void {
  const row = lane >> 2;
  const k = lane & 3;
  a[row * 8 + k] = rounded(factors[0]!);
  a[row * 8 + k + 64] = rounded(factors[1]!);
  a[row * 8 + k + 4] = rounded(factors[2]!);
  a[row * 8 + k + 68] = rounded(factors[3]!);
  b[k * 8 + row] = rounded(factors[4]!);
  b[k * 8 + row + 32] = rounded(factors[5]!);
}

/** A factor; one that is no TF32 number is a fault, since cards differ in what they make of it. */
function rounded(bits: number): number {
  if ((bits & 0x1fff) !== 0 && (bits & 0x7f800000) !== 0x7f800000)
    throw new KernelFault(`a factor of a product is not rounded to TF32: ${numbers.float32(bits)}`);
  return numbers.float32(bits);
}

function risingSum(start: number, row: number, column: number): number {
  let sum = start;
  for (let k = 0; k < 8; k++) sum = Math.fround(sum + a[row + k]! * b[k * 8 + column]!);
  return sum;
}

function alignedSum(start: number, row: number, column: number): number {
  let largest = Math.abs(start);
  for (let k = 0; k < 8; k++) largest = Math.max(largest, Math.abs(a[row + k]! * b[k * 8 + column]!));
  if (!(largest > 0 && largest < Infinity)) return risingSum(start, row, column);
  const place = 2 ** (Math.floor(Math.log2(largest)) - 23);
  let sum = Math.trunc(start / place);
  for (let k = 0; k < 8; k++) sum += Math.trunc((a[row + k]! * b[k * 8 + column]!) / place);
  return numbers.towardZero(sum * place);
}
