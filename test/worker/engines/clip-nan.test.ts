import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { loadTfjs } from "../../../worker/engines/tfjs/backends.ts";
import { valuesClipped } from "../../../worker/engines/tfjs/gradients.ts";

it.each(["tfjs-cpu", "tfjs-wasm"] as const)(
  "clipping on %s leaves what is not a number as it is",
  async (name) => {
    await loadTfjs(name);
    const [clipped] = valuesClipped([tf.tensor1d([Number.NaN, 5, -Infinity, 0.25])], 1);
    expect([...(await clipped!.data())]).toEqual([Number.NaN, 1, -1, 0.25]);
  },
);
