import { describe, expect, it } from "vitest";
import type { SequenceSet } from "../../../worker/data/outputs/sequences.ts";
import { modelSettingsSchema } from "../../../worker/protocol/model-settings.ts";
import { predictionLoss } from "../../../worker/training/validation-loss.ts";

function setOf(targets: readonly number[], outputs: number): SequenceSet {
  return {
    values: new Float32Array(4),
    features: 1,
    window: 1,
    starts: new Int32Array(targets.length / outputs),
    targets: Float32Array.from(targets),
    outputs,
  };
}

function loss(
  model: object,
  predicted: readonly number[],
  targets: readonly number[],
  outputs: number,
): number {
  return predictionLoss(
    modelSettingsSchema.parse(model),
    setOf(targets, outputs),
    Float32Array.from(predicted),
  );
}

describe("the loss of predictions, by hand", () => {
  it("mse and mae are means over samples and outputs", () => {
    expect(loss({ loss: "mse" }, [1, 2, 3, 4], [0, 2, 1, 4], 2)).toBeCloseTo((1 + 0 + 4 + 0) / 4, 6);
    expect(loss({ loss: "mae" }, [1, 2, 3, 4], [0, 2, 1, 4], 2)).toBeCloseTo((1 + 0 + 2 + 0) / 4, 6);
  });

  it("huber is quadratic within delta and linear beyond", () => {
    expect(loss({ loss: "huber", huber_delta: 1 }, [0.5, 3], [0, 0], 1)).toBeCloseTo((0.125 + 2.5) / 2, 6);
  });

  it("binary cross-entropy takes the probability of 1", () => {
    const expected = (-Math.log(0.8) - Math.log(0.9)) / 2;
    expect(loss({ loss: "binary_crossentropy" }, [0.8, 0.1], [1, 0], 1)).toBeCloseTo(expected, 6);
  });

  it("categorical cross-entropy is a mean over samples, weighted by class when asked", () => {
    const predicted = [0.7, 0.3, 0.4, 0.6];
    const targets = [1, 0, 0, 1];
    const plain = (-Math.log(0.7) - Math.log(0.6)) / 2;
    expect(loss({ loss: "categorical_crossentropy" }, predicted, targets, 2)).toBeCloseTo(plain, 6);
    const weighted = (-3 * Math.log(0.7) - Math.log(0.6)) / 2;
    const model = { loss: "categorical_crossentropy", class_weights: [3, 1] };
    expect(loss(model, predicted, targets, 2)).toBeCloseTo(weighted, 6);
  });
});
