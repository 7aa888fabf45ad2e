import type { Described } from "./affine.ts";
import { sampleCount, type SequenceSet } from "../outputs/sequences.ts";

/** Numbers, at most, that describe a sample. */
const widest = 256;

/** Into how many pieces samples of these sets are cut: one per step where all are as long and there is room. */
export function pieceCount(sets: readonly SequenceSet[]): number {
  const shortest = Math.min(...sets.map((set) => shortestSample(set)));
  const room = Math.max(1, Math.floor(widest / sets[0]!.features));
  return Math.max(1, Math.min(shortest, room));
}

function shortestSample(set: SequenceSet): number {
  const { lengths, window } = set;
  return lengths === undefined || sampleCount(set) === 0
    ? window
    : lengths.reduce((low, steps) => Math.min(low, steps), window);
}

/**
 * Samples of any length as vectors of one length: each is cut into `pieces` equal pieces, and every input
 * averaged within each (piecewise aggregate approximation, Keogh and others 2001).
 */
export function pooled(set: SequenceSet, pieces: number): Described {
  const { features, starts, lengths, window, values } = set;
  const write = (i: number, x: Float64Array): void => {
    const start = starts[i]!;
    const steps = lengths?.[i] ?? window;
    x.fill(0);
    for (let piece = 0; piece < pieces; piece++) {
      const from = Math.min(steps - 1, Math.floor((piece * steps) / pieces));
      const to = Math.max(from + 1, Math.floor(((piece + 1) * steps) / pieces));
      for (let step = from; step < to; step++) {
        for (let f = 0; f < features; f++) {
          x[piece * features + f]! += values[(start + step) * features + f]! / (to - from);
        }
      }
    }
  };
  return { width: pieces * features, write };
}
