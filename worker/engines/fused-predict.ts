import { type SequenceSet, sampleCount } from "../data/outputs/sequences.ts";
import { type Loss, toPredictions } from "../lstm/losses.ts";
import type { Network } from "../lstm/network.ts";
import { Breather } from "./breather.ts";
import { inOrder } from "./order.ts";

/** Predictions of all samples [samples, outputs]. Throws the signal's reason when it fires. */
export async function predictWith(
  network: Network,
  loss: Loss,
  set: SequenceSet,
  signal: AbortSignal,
): Promise<Float32Array> {
  const samples = inOrder(sampleCount(set));
  const predictions = new Float32Array(samples.length * set.outputs);
  const breather = new Breather();
  const { rows } = network.plan;
  for (let start = 0; start < samples.length; start += rows) {
    if (breather.due) await breather.turn();
    signal.throwIfAborted();
    const y = network.forward(set, samples, start, Math.min(rows, samples.length - start));
    toPredictions(loss, y, set.outputs);
    predictions.set(y, start * set.outputs);
  }
  return predictions;
}
