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

  test("a precision that the engine does not have", async () => {
    const text = `data: {file: a.csv, targets: [y]}
parameters: {dropout: {value: 0.1}}
budget: {trials: 1}
workers: {count: 2, precision: fast}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:32: workers.precision: fast is there for engine: cuda alone; add that, or leave precision out
        4 | workers: {count: 2, precision: fast}
          |                                ^^^^"
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
        allowed: a whole number from 1 to 256, or a mapping of count, lanes, engine, precision

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

  test("says how a plain name is written as a mapping", async () => {
    expect(
      await errorsOf(`data: {file: a.csv, targets: [y]}
parameters: {hidden: {values: [4, 8]}}
metric: val_rmse
budget: {trials: 1}
`),
    ).toContain('metric: found "val_rmse"; write {name: val_rmse}');
  });
});
