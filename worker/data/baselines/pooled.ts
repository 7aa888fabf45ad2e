import { sampleCount, type SequenceSet } from "../outputs/sequences.ts";

/** [samples, width] row-major. */
export interface Matrix {
  readonly values: Float64Array;
  readonly width: number;
}

/** Numbers, at most, that describe a sample. */
const widest = 256;

/** Into how many pieces samples of these sets are cut: one a step where all are as long and there is room. */
export function pieceCount(sets: readonly SequenceSet[]): number {
  const shortest = Math.min(...sets.map((set) => shortestSample(set)));
  const room = Math.max(1, Math.floor(widest / sets[0]!.features));
  return Math.max(1, Math.min(shortest, room));
}

function shortestSample({ lengths, window }: SequenceSet): number {
  return lengths === undefined ? window : lengths.reduce((low, steps) => Math.min(low, steps), window);
}

/**
 * Samples of any length as vectors of one length: each is cut into `pieces` equal pieces, and every input
 * averaged within each (piecewise aggregate approximation, Keogh and others 2001).
 */
export function pooled(set: SequenceSet, pieces: number): Matrix {
  const { features, starts, lengths, window, values } = set;
  const width = pieces * features;
  const result = new Float64Array(sampleCount(set) * width);
  for (const [i, start] of starts.entries()) {
    const steps = lengths?.[i] ?? window;
    for (let piece = 0; piece < pieces; piece++) {
      const from = Math.floor((piece * steps) / pieces);
      const to = Math.max(from + 1, Math.floor(((piece + 1) * steps) / pieces));
      for (let step = from; step < to; step++) {
        for (let f = 0; f < features; f++) {
          result[i * width + piece * features + f]! += values[(start + step) * features + f]! / (to - from);
        }
      }
    }
  }
  return { values: result, width };
}
