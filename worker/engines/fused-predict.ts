import { type SequenceSet, sampleCount } from "../data/outputs/sequences.ts";
import { type Loss, toPredictions } from "../lstm/losses.ts";
import type { Samples } from "../lstm/samples.ts";
import { Breather } from "./breather.ts";
import { inOrder } from "./order.ts";

/** A network of either kind of kernels. */
interface Predictor {
  /** Samples computed at once, at most. */
  readonly rows: number;
  /** What comes out of the network [count, outputs], before sigmoid or softmax; may be overwritten by the next call. */
  forward(set: Samples, samples: Int32Array, from: number, count: number): Float32Array;
}

/** Predictions of all samples [samples, outputs]. Throws the signal's reason when it fires. */
export async function predictWith(
  network: Predictor,
  loss: Loss,
  set: SequenceSet,
  signal: AbortSignal,
): Promise<Float32Array> {
  const samples = inOrder(sampleCount(set));
  const predictions = new Float32Array(samples.length * set.outputs);
  const breather = new Breather();
  const { rows } = network;
  for (let start = 0; start < samples.length; start += rows) {
    if (breather.due) await breather.turn();
    signal.throwIfAborted();
    const y = network.forward(set, samples, start, Math.min(rows, samples.length - start));
    toPredictions(loss, y, set.outputs);
    predictions.set(y, start * set.outputs);
  }
  return predictions;
}
