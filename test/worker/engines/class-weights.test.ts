import { describe, expect, it } from "vitest";
import { classWeights } from "../../../worker/engines/class-weights.ts";
import { modelSettingsSchema } from "../../../worker/protocol/model-settings.ts";

/** A set of which only the targets matter. */
function withTargets(outputs: number, targets: readonly number[]) {
  return {
    values: new Float32Array(0),
    features: 1,
    window: 1,
    starts: new Int32Array(targets.length / outputs),
    targets: Float32Array.from(targets),
    outputs,
  };
}

const binary = withTargets(1, [1, 0, 0, 0]);
const classes = withTargets(3, [1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0]);

function weights(set: ReturnType<typeof withTargets>, settings: object) {
  const found = classWeights(modelSettingsSchema.parse(settings), set);
  return found && { positive: Array.from(found.positive), negative: Array.from(found.negative) };
}

describe("class weights", () => {
  it("are none unless asked for, and none for numbers", () => {
    expect(weights(binary, { loss: "binary_crossentropy" })).toBeNull();
    expect(weights(binary, { class_weights: "balanced" })).toBeNull();
  });

  it("balanced give every class the same say", () => {
    const settings = { loss: "binary_crossentropy", class_weights: "balanced" };
    expect(weights(binary, settings)).toEqual({ positive: [2], negative: [Math.fround(4 / 6)] });
  });

  it("balanced leave out classes that never occur", () => {
    const settings = { loss: "categorical_crossentropy", class_weights: "balanced" };
    expect(weights(classes, settings)?.positive).toEqual([Math.fround(4 / 9), Math.fround(4 / 3), 1]);
  });

  it("listed name 0 and 1 for one output, and each label's 1 for several", () => {
    const settings = { loss: "binary_crossentropy", class_weights: [1, 5] };
    expect(weights(binary, settings)).toEqual({ negative: [1], positive: [5] });
    const three = { loss: "binary_crossentropy", class_weights: [1, 5, 2] };
    expect(weights(classes, three)).toEqual({ negative: [1, 1, 1], positive: [1, 5, 2] });
  });

  it("listed must be as many as there are classes", () => {
    const settings = { loss: "categorical_crossentropy", class_weights: [1, 5] };
    expect(() => weights(classes, settings)).toThrow("class_weights lists 2 weights but there are 3 classes");
  });
});
