import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { loadLayersModel } from "@tensorflow/tfjs-layers";
import { z } from "zod";
import type { SequenceSet } from "../../worker/data/outputs/sequences.ts";
import { gatherInputs, gatherSteps } from "../../worker/engines/gather.ts";
import { inOrder } from "../../worker/engines/order.ts";

const storedSchema = z.object({
  modelTopology: z.looseObject({}),
  weightsManifest: z.tuple([
    z.object({
      paths: z.tuple([z.string()]),
      weights: z.array(
        z.object({ name: z.string(), shape: z.array(z.number()), dtype: z.literal("float32") }),
      ),
    }),
  ]),
});

/** What `tf.loadLayersModel` makes of a `model.json` says of all samples of `set`, padded with `fill` [samples, outputs]. */
export async function sayings(
  json: unknown,
  weights: Uint8Array,
  set: SequenceSet,
  fill: number | null,
): Promise<Float32Array> {
  await tf.setBackend("cpu");
  const { modelTopology, weightsManifest } = storedSchema.parse(json);
  const weightSpecs = weightsManifest[0].weights;
  const weightData = new Uint8Array(weights).buffer;
  const model = await loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
  const samples = inOrder(set.starts.length);
  const inputs = gatherInputs(set, samples);
  const steps = gatherSteps(set, samples);
  if (fill !== null) {
    for (const [step, here] of (steps ?? []).entries()) {
      if (here === 0) inputs.fill(fill, step * set.features, (step + 1) * set.features);
    }
  }
  const said = tf.tidy(() => {
    const output = model.predict(tf.tensor3d(inputs, [samples.length, set.window, set.features]));
    return Float32Array.from((output as tf.Tensor).dataSync()); // one output layer, so one tensor
  });
  model.dispose();
  return said;
}
