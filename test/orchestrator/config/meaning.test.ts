import { describe, expect, test } from "vitest";
import { errorsOf, sweepOf, sweepWith } from "./support.ts";

describe("errors of several sections together", () => {
  test("ranking by a loss whose scale is searched", async () => {
    const text = `metric: {name: val_loss}
data: {file: a.csv, targets: [y]}
parameters:
  normalise: {values: [standard, minmax]}
  predict: {values: [value, change]}
  hidden: {values: [8, 16]}
budget: {trials: 1}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:3: parameters.normalise: normalise changes the scale of val_loss, by which this sweep ranks, so trials would not compare
        4 |   normalise: {values: [standard, minmax]}
          |   ^^^^^^^^^
        allowed: another metric, such as val_mse or val_accuracy; or one value for normalise

      sweep.yaml:5:3: parameters.predict: predict changes the scale of val_loss, by which this sweep ranks, so trials would not compare
        5 |   predict: {values: [value, change]}
          |   ^^^^^^^
        allowed: another metric, such as val_mse or val_accuracy; or one value for predict"
    `);
  });

  test("ranking by the loss of quantiles without them, or by different ones", async () => {
    const text = (model: string, parameters: string): string => `metric: {name: val_pinball}
data: {file: a.csv, targets: [y]}
model: {${model}}
parameters: {${parameters}}
budget: {trials: 1}
`;
    expect(await errorsOf(text("loss: mae", "hidden: {value: 8}"))).toMatchInlineSnapshot(`
      "sweep.yaml:1:16: metric.name: val_pinball is the loss of predicted quantiles, and only loss: quantile predicts them
        1 | metric: {name: val_pinball}
          |                ^^^^^^^^^^^
        allowed: model: {loss: quantile} beside it; or another metric, such as val_mae"
    `);
    for (const searched of ["loss: {values: [quantile, mae]}", "loss: {value: mae}"])
      expect(await errorsOf(text("layers: 1", searched))).toContain("only loss: quantile predicts them");
    expect(
      await errorsOf(text("loss: quantile", "quantiles: {values: [[0.1, 0.5, 0.9], [0.2, 0.5, 0.8]]}")),
    ).toContain("trials with other quantiles do not compare by val_pinball");
    for (const fine of ["loss: quantile", "layers: 2"]) {
      const parameters = fine === "layers: 2" ? "loss: {value: quantile}" : "hidden: {value: 8}";
      expect((await sweepOf(text(fine, parameters))).metric).toEqual({
        name: "val_pinball",
        goal: "minimize",
      });
    }
  });

  test("a grid over a continuous range", async () => {
    const text = `method: grid
data: {file: a.csv, targets: [y]}
parameters:
  dropout: {min: 0.1, max: 0.5}
  l2: {min: 0.1, max: 0.5, step: 0.1}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:3: parameters.dropout: a grid needs a finite list, and dropout is a continuous range
        4 |   dropout: {min: 0.1, max: 0.5}
          |   ^^^^^^^
        allowed: values: […], or a step beside min and max"
    `);
  });

  test("a random sweep without an end", async () => {
    const text = `data: {file: a.csv, targets: [y]}
parameters:
  dropout: {min: 0.1, max: 0.5}
budget: {target: 0.1}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:1: budget: method random never ends by itself
        4 | budget: {target: 0.1}
          | ^^^^^^
        allowed: budget.trials: a number of trials, or budget.wall_time: a duration such as 30m"
    `);
  });

  test("a goal against the metric", async () => {
    const text = `metric: {name: val_mse, goal: maximize}
data: {file: a.csv, targets: [y]}
parameters:
  dropout: {min: 0.1, max: 0.5}
budget: {trials: 1}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:31: metric.goal: val_mse is better when smaller
        1 | metric: {name: val_mse, goal: maximize}
          |                               ^^^^^^^^
        allowed: minimize"
    `);
  });

  test("a metric of another task", async () => {
    const text = `metric: {name: val_accuracy}
data: {file: a.csv, targets: [y]}
parameters:
  dropout: {min: 0.1, max: 0.5}
budget: {trials: 1}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:16: metric.name: val_accuracy is not a metric of task regression
        1 | metric: {name: val_accuracy}
          |                ^^^^^^^^^^^^
        allowed: val_mse, val_mae, val_rmse, val_rmse_raw, val_mae_raw, val_smape, val_r2, val_mase, val_pinball, val_loss"
    `);
  });

  test("a target that no trial can reach", async () => {
    const text = `data: {file: a.csv, targets: [y]}
parameters:
  dropout: {min: 0.1, max: 0.5}
budget: {trials: 1, target: -0.5}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:29: budget.target: no trial can reach -0.5: val_mse is never below 0
        4 | budget: {trials: 1, target: -0.5}
          |                             ^^^^"
    `);
  });

  test("a target that every trial reaches", async () => {
    const text = `metric: {name: val_accuracy}
data: {file: a.csv, targets: [y], task: binary}
model: {loss: binary_crossentropy}
parameters:
  dropout: {min: 0.1, max: 0.5}
budget: {trials: 1, target: 0}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:6:29: budget.target: every trial reaches 0 at once: val_accuracy is never below 0
        6 | budget: {trials: 1, target: 0}
          |                             ^"
    `);
  });

  test("a target below 0 for a metric whose worst is -1", async () => {
    const text = `metric: {name: val_mcc}
data: {file: a.csv, targets: [y], task: binary}
parameters:
  dropout: {min: 0.1, max: 0.5}
budget: {trials: 1, target: -1}
`;
    expect(await errorsOf(text)).toContain("every trial reaches -1 at once: val_mcc is never below -1");
    expect(await errorsOf(text.replace("target: -1", "target: 1.1"))).toContain("val_mcc is never above 1");
  });

  test("a target that smape reaches at once: its worst is 200", async () => {
    const text = `metric: {name: val_smape}
data: {file: a.csv, targets: [y]}
parameters:
  dropout: {min: 0.1, max: 0.5}
budget: {trials: 1, target: 200}
`;
    expect(await errorsOf(text)).toContain("every trial reaches 200 at once: val_smape is never above 200");
    await expect(errorsOf(text.replace("target: 200", "target: 150"))).rejects.toThrow(
      "the sweep was accepted",
    );
  });

  test("rules that do not fit the budget, and two that exclude each other", async () => {
    const text = `data: {file: a.csv, targets: [y]}
parameters:
  dropout: {min: 0.1, max: 0.5}
budget: {trials: 5, epochs: 20}
early_terminate:
  - {type: hyperband, mode: stop, min_epochs: 21}
  - {type: asha}
  - {type: thaw}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:6:47: early_terminate[0].min_epochs: min_epochs must be at most epochs (20); received 21
        6 |   - {type: hyperband, mode: stop, min_epochs: 21}
          |                                               ^^

      sweep.yaml:8:5: early_terminate[2]: asha and thaw both decide which paused trial continues; keep one of them
        8 |   - {type: thaw}
          |     ^^^^^^^^^^^^"
    `);
  });

  test("configurations that break a rule between settings", async () => {
    const text = sweepWith(`layers: {values: [1, 2]}
hidden: {values: [8, [8, 4]]}`);
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:5:3: parameters.hidden: hidden lists 2 sizes but layers is 1; give one size per layer (in the configuration layers: 1, hidden: [8, 4])
        5 |   hidden: {values: [8, [8, 4]]}
          |   ^^^^^^"
    `);
  });

  test("fixed settings that break a rule", async () => {
    const text = `data: {file: a.csv, targets: [y]}
model: {layers: 1, hidden: [8, 4]}
parameters:
  dropout: {min: 0.1, max: 0.5}
budget: {trials: 1}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:2:20: model.hidden: hidden lists 2 sizes but layers is 1; give one size per layer
        2 | model: {layers: 1, hidden: [8, 4]}
          |                    ^^^^^^"
    `);
  });
});
