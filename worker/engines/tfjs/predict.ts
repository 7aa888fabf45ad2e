import * as tf from "@tensorflow/tfjs-core";
import { type SequenceSet, sampleCount } from "../../data/outputs/sequences.ts";
import { Breather } from "../breather.ts";
import { gatherInputs, gatherSteps } from "../gather.ts";
import { inOrder } from "../order.ts";
import type { TfjsNetwork } from "./network.ts";

/** Always the same, so that a sample's prediction does not depend on the batch size trained with. */
const predictionBatch = 256;

/** Predictions of all samples [samples, outputs]. Throws the signal's reason when it fires. */
export async function predictAll(
  network: TfjsNetwork,
  set: SequenceSet,
  signal: AbortSignal,
): Promise<Float32Array> {
  const samples = inOrder(sampleCount(set));
  const predictions = new Float32Array(samples.length * set.outputs);
  const breather = new Breather();
  for (let start = 0; start < samples.length; start += predictionBatch) {
    if (breather.due) await breather.turn();
    signal.throwIfAborted();
    const batch = samples.subarray(start, start + predictionBatch);
    predictions.set(predictBatch(network, set, batch), start * set.outputs);
  }
  return predictions;
}

function predictBatch(network: TfjsNetwork, set: SequenceSet, samples: Int32Array): Float32Array {
  const predicted = tf.tidy(() => {
    const inputs = tf.tensor3d(gatherInputs(set, samples), [samples.length, set.window, set.features]);
    const steps = gatherSteps(set, samples);
    return network.predictions(inputs, steps && tf.tensor2d(steps, [samples.length, set.window]));
  });
  const numbers = Float32Array.from(predicted.dataSync());
  predicted.dispose();
  return numbers;
}
