import { describe, expect, it } from "vitest";
import { modelSettingsSchema } from "../../../worker/protocol/model-settings.ts";
import { hiddenSizes, parameterCount, weightShapes } from "../../../worker/protocol/model-shape.ts";
import { overfittingBound, sizingAdvice, suggestHidden } from "../../../worker/protocol/sizing.ts";

const dims = { features: 3, window: 10, outputs: 2 };
const model = (settings: object) => modelSettingsSchema.parse(settings);

describe("model settings", () => {
  it("want one size per layer where hidden is a list", () => {
    expect(model({ layers: 2, hidden: [8, 4] }).hidden).toEqual([8, 4]);
    const wrong = modelSettingsSchema.safeParse({ hidden: [8, 4] });
    expect(wrong.error?.issues[0]).toMatchObject({
      path: ["hidden"],
      message: "hidden lists 2 sizes but layers is 1; give one size per layer",
    });
  });
});

describe("the shape of a model", () => {
  it("repeats one size, keeps a list, and takes the rule of thumb for auto", () => {
    expect(hiddenSizes(model({ layers: 3, hidden: 8 }), dims)).toEqual([8, 8, 8]);
    expect(hiddenSizes(model({ layers: 2, hidden: [8, 4] }), dims)).toEqual([8, 4]);
    expect(hiddenSizes(model({ layers: 1, hidden: "auto" }), dims)).toEqual([4]);
    expect(hiddenSizes(model({ layers: 0 }), dims)).toEqual([]);
  });

  it("counts an LSTM's parameters as the textbook does: 4 H (inputs + H + 1), and the head", () => {
    expect(parameterCount(model({ hidden: 5 }), dims)).toBe(4 * 5 * (3 + 5 + 1) + (5 * 2 + 2));
  });

  it("has dense weights only without layers", () => {
    expect(weightShapes(model({ layers: 0 }), dims)).toEqual([
      { name: "dense/kernel", shape: [30, 2] },
      { name: "dense/bias", shape: [2] },
    ]);
  });

  it("hands both directions' outputs to the next layer", () => {
    const shapes = weightShapes(model({ cell: "gru", layers: 2, hidden: [5, 4], bidirectional: true }), dims);
    expect(shapes.map(({ name, shape }) => `${name} ${shape.join("x")}`)).toEqual([
      "gru0/kernel 3x15",
      "gru0/recurrent 5x15",
      "gru0/bias 15",
      "gru0/reverse/kernel 3x15",
      "gru0/reverse/recurrent 5x15",
      "gru0/reverse/bias 15",
      "gru1/kernel 10x12",
      "gru1/recurrent 4x12",
      "gru1/bias 12",
      "gru1/reverse/kernel 10x12",
      "gru1/reverse/recurrent 4x12",
      "gru1/reverse/bias 12",
      "dense/kernel 8x2",
      "dense/bias 2",
    ]);
  });
});

describe("rules of thumb for hidden units", () => {
  it("say what the course says", () => {
    expect(sizingAdvice(9, 4).map(({ units }) => units)).toEqual([10, 7, 6, 17]);
    expect(suggestHidden(1, 0)).toBe(1);
  });

  it("bound the units by the number of samples", () => {
    expect(overfittingBound(1000, 7, 3)).toEqual({ strict: 10, loose: 50 });
    expect(overfittingBound(3, 7, 3)).toEqual({ strict: 1, loose: 1 });
  });
});
