import { describe, expect, test } from "vitest";
import { errorsOf } from "./support.ts";

describe("values", () => {
  test("settings out of range or of the wrong kind", async () => {
    const text = `data: {file: a.csv, targets: y, window: 0, horizon: 1.5, normalise: standrad}
model: {layers: two, dropout: 1, optimizer: admm, hidden: [8, 0], clip_norm: -1}
parameters: {l2: {value: 0.1}}
budget: {trials: 1}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:30: data.targets: found "y"; write a list: [y]
        1 | data: {file: a.csv, targets: y, window: 0, horizon: 1.5, normalise: standrad}
          |                              ^
        allowed: a list of one or more, each a text

      sweep.yaml:1:41: data.window: found 0
        1 | data: {file: a.csv, targets: y, window: 0, horizon: 1.5, normalise: standrad}
          |                                         ^
        allowed: a whole number from 1 to 100000

      sweep.yaml:1:53: data.horizon: found 1.5
        1 | data: {file: a.csv, targets: y, window: 0, horizon: 1.5, normalise: standrad}
          |                                                     ^^^
        allowed: a whole number from 1 to 100000

      sweep.yaml:1:69: data.normalise: found "standrad"; did you mean standard?
        1 | data: {file: a.csv, targets: y, window: 0, horizon: 1.5, normalise: standrad}
          |                                                                     ^^^^^^^^
        allowed: standard, minmax, robust, none

      sweep.yaml:2:17: model.layers: found "two"
        2 | model: {layers: two, dropout: 1, optimizer: admm, hidden: [8, 0], clip_norm: -1}
          |                 ^^^
        allowed: a whole number from 0 to 8

      sweep.yaml:2:31: model.dropout: found 1
        2 | model: {layers: two, dropout: 1, optimizer: admm, hidden: [8, 0], clip_norm: -1}
          |                               ^
        allowed: a number of at least 0 and below 1

      sweep.yaml:2:45: model.optimizer: found "admm"; did you mean adam?
        2 | model: {layers: two, dropout: 1, optimizer: admm, hidden: [8, 0], clip_norm: -1}
          |                                             ^^^^
        allowed: adam, adamw, nadam, sgd, momentum, nesterov, rmsprop, adagrad, adadelta, lion, gradient_descent

      sweep.yaml:2:63: model.hidden[1]: found 0
        2 | model: {layers: two, dropout: 1, optimizer: admm, hidden: [8, 0], clip_norm: -1}
          |                                                               ^
        allowed: a whole number from 1 to 4096

      sweep.yaml:2:78: model.clip_norm: found -1
        2 | model: {layers: two, dropout: 1, optimizer: admm, hidden: [8, 0], clip_norm: -1}
          |                                                                              ^^
        allowed: a number above 0, or null"
    `);
  });

  test("numbers that are not finite or not numbers", async () => {
    const text = `seed: .nan
data: {file: a.csv, targets: [y]}
parameters: {l2: {value: .inf}, dropout: {value: '0.1'}}
budget: {trials: 1_000}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:7: seed: found .nan
        1 | seed: .nan
          |       ^^^^
        allowed: a whole number from 0 to 4294967295

      sweep.yaml:3:26: parameters.l2.value: found .inf
        3 | parameters: {l2: {value: .inf}, dropout: {value: '0.1'}}
          |                          ^^^^
        allowed: a number from 0 to 1000000

      sweep.yaml:3:50: parameters.dropout.value: found "0.1"
        3 | parameters: {l2: {value: .inf}, dropout: {value: '0.1'}}
          |                                                  ^^^^^
        allowed: a number of at least 0 and below 1

      sweep.yaml:4:18: budget.trials: found "1_000"
        4 | budget: {trials: 1_000}
          |                  ^^^^^
        allowed: a whole number of at least 1"
    `);
  });

  test("a split that mixes fractions and rows", async () => {
    const text = `data: {file: a.csv, targets: [y], split: {train: 0.7, validation: 20}}
parameters: {dropout: {value: 0.1}}
budget: {trials: 1}
`;
    const other = text.replace("0.7, validation: 20", "70, test: 0.2, validation: 20");
    expect(await errorsOf(other)).toContain(
      "data.split.test: found 0.2 with `train: 70`, which is a fraction",
    );
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:67: data.split.validation: found 20 with \`train: 0.7\`, which is a count beside a fraction
        1 | data: {file: a.csv, targets: [y], split: {train: 0.7, validation: 20}}
          |                                                                   ^^
        allowed: fractions below 1 in all parts, or whole numbers of rows (or samples) in all parts"
    `);
  });

  test("budget and workers", async () => {
    const text = `data: {file: a.csv, targets: [y]}
parameters: {dropout: {value: 0.1}}
budget: {trials: 0, epochs: -1, wall_time: soon, target: low}
workers: {count: 0, engine: tfsj}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:3:18: budget.trials: found 0
        3 | budget: {trials: 0, epochs: -1, wall_time: soon, target: low}
          |                  ^
        allowed: a whole number of at least 1

      sweep.yaml:3:29: budget.epochs: found -1
        3 | budget: {trials: 0, epochs: -1, wall_time: soon, target: low}
          |                             ^^
        allowed: a whole number from 1 to 1000000

      sweep.yaml:3:44: budget.wall_time: found "soon"
        3 | budget: {trials: 0, epochs: -1, wall_time: soon, target: low}
          |                                            ^^^^
        allowed: a number of seconds, or a duration such as 90s, 3m or 1h30m

      sweep.yaml:3:58: budget.target: found "low"
        3 | budget: {trials: 0, epochs: -1, wall_time: soon, target: low}
          |                                                          ^^^
        allowed: a number

      sweep.yaml:4:18: workers.count: found 0
        4 | workers: {count: 0, engine: tfsj}
          |                  ^
        allowed: a whole number from 1 to 256

      sweep.yaml:4:29: workers.engine: found "tfsj"; did you mean tfjs?
        4 | workers: {count: 0, engine: tfsj}
          |                             ^^^^
        allowed: auto, fused, native, native-avx512, native-avx2, native-plain, wasm, cuda, tfjs, tfjs-node-gpu, tfjs-node, tfjs-wasm, tfjs-cpu"
    `);
  });

  test("a wall time no timer holds", async () => {
    const text = `data: {file: a.csv, targets: [y]}
parameters: {dropout: {value: 0.1}}
budget: {trials: 1, wall_time: 25d}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:3:32: budget.wall_time: a duration is at most 24 days
        3 | budget: {trials: 1, wall_time: 25d}
          |                                ^^^"
    `);
  });

  test("sections left empty", async () => {
    const text = `name:
data:
parameters:
budget:
workers:
method:
metric:
early_terminate:
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:6: name: found nothing
        1 | name:
          |      ^
        allowed: a name of letters, digits, dots, - and _, at most 80 characters

      sweep.yaml:2:6: data: found nothing
        2 | data:
          |      ^
        allowed: a mapping of file, targets and more

      sweep.yaml:3:12: parameters: found nothing
        3 | parameters:
          |            ^
        allowed: a mapping of names to what is searched

      sweep.yaml:4:8: budget: found nothing
        4 | budget:
          |        ^
        allowed: a mapping of trials, epochs, wall_time, target

      sweep.yaml:5:9: workers: found nothing
        5 | workers:
          |         ^
        allowed: a whole number from 1 to 256, or a mapping of count, lanes, engine

      sweep.yaml:6:8: method: found nothing
        6 | method:
          |        ^
        allowed: random, grid, lr_range, sobol, bayes, gp, tpe

      sweep.yaml:7:8: metric: found nothing
        7 | metric:
          |        ^
        allowed: a mapping of name, goal

      sweep.yaml:8:17: early_terminate: found nothing
        8 | early_terminate:
          |                 ^
        allowed: a rule {type: …}, or a list of rules"
    `);
  });

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
        allowed: val_mse, val_mae, val_rmse, val_rmse_raw, val_mae_raw, val_smape, val_r2, val_mase, val_loss, val_accuracy, val_balanced_accuracy, val_f1, val_auc, val_mcc

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
