import { describe, expect, test } from "vitest";
import { errorsOf } from "./support.ts";

describe("names and words", () => {
  test("a name that is not one", async () => {
    const text = `name: my sweep
data: {file: a.csv, targets: [y]}
parameters: {dropout: {value: 0.1}}
budget: {trials: 1}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:7: name: found "my sweep"
        1 | name: my sweep
          |       ^^^^^^^^
        allowed: a name of letters, digits, dots, - and _, at most 80 characters"
    `);
  });

  test("unknown methods, metrics and rules", async () => {
    const text = `method: rondom
metric: {name: val_mea, goal: down}
data: {file: a.csv, targets: [y]}
parameters: {dropout: {value: 0.1}}
budget: {trials: 1}
early_terminate:
  - {type: hyperband, min_iter: 3}
  - median
  - {type: percentile, min_iter: 3}
  - {min_epochs: 3}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:9: method: found "rondom"; did you mean random?
        1 | method: rondom
          |         ^^^^^^
        allowed: random, grid, lr_range, sobol, bayes, gp, tpe

      sweep.yaml:2:16: metric.name: found "val_mea"; did you mean val_mae?
        2 | metric: {name: val_mea, goal: down}
          |                ^^^^^^^
        allowed: val_mse, val_mae, val_rmse, val_rmse_raw, val_mae_raw, val_smape, val_r2, val_mase, val_pinball, val_loss, val_accuracy, val_balanced_accuracy, val_f1, val_auc, val_mcc

      sweep.yaml:2:31: metric.goal: found "down"; it is called minimize here
        2 | metric: {name: val_mea, goal: down}
          |                               ^^^^
        allowed: minimize, maximize

      sweep.yaml:7:5: early_terminate[0]: this is W&B's hyperband, one bracket that stops; here that is {type: asha, mode: stop, min_epochs: 3, eta: 3}
        7 |   - {type: hyperband, min_iter: 3}
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

      sweep.yaml:8:5: early_terminate[1]: found "median"; write {type: median}
        8 |   - median
          |     ^^^^^^
        allowed: a rule {type: …}, or a list of rules

      sweep.yaml:9:5: early_terminate[2].percentile: this key is missing
        9 |   - {type: percentile, min_iter: 3}
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        allowed: a number from 0 to 100

      sweep.yaml:9:24: early_terminate[2].min_iter: there is no such key; it is called min_epochs here
        9 |   - {type: percentile, min_iter: 3}
          |                        ^^^^^^^^

      sweep.yaml:10:5: early_terminate[3].type: this key is missing
        10 |   - {min_epochs: 3}
           |     ^^^^^^^^^^^^^^^
        allowed: median, percentile, asha, hyperband, chance, thaw, threshold, patience"
    `);
  });

  test("a method with settings it does not have", async () => {
    const text = `method: {name: grid, popsize: 3}
data: {file: a.csv, targets: [y]}
parameters: {layers: {value: 1}}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:22: method.popsize: there is no such key
        1 | method: {name: grid, popsize: 3}
          |                      ^^^^^^^
        allowed: name"
    `);
  });
});
