import { describe, expect, test } from "vitest";
import { sweepWith, warningsOf } from "./support.ts";

describe("warnings", () => {
  test("a grid larger than its budget", async () => {
    const text = `method: grid
data: {file: a.csv, targets: [y]}
parameters:
  hidden: {values: [8, 16, 32]}
  batch_size: {values: [32, 64]}
budget: {trials: 5}
`;
    expect(await warningsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:6:18: warning: budget.trials: the grid has 6 configurations; the study ends after the first 5
        6 | budget: {trials: 5}
          |                  ^"
    `);
  });

  test("a space smaller than the budget", async () => {
    const text = `data: {file: a.csv, targets: [y]}
parameters:
  hidden: {values: [8, 16]}
budget: {trials: 5}
`;
    expect(await warningsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:18: warning: budget.trials: the space has only 2 configurations; the study ends when all are done
        4 | budget: {trials: 5}
          |                  ^"
    `);
  });

  test("whole ends for a number that has fractions", async () => {
    const text = sweepWith(`clip_norm: {min: 1, max: 10}`);
    expect(await warningsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:3: warning: parameters.clip_norm: only whole numbers are drawn, because min and max are whole; say distribution: int or uniform
        4 |   clip_norm: {min: 1, max: 10}
          |   ^^^^^^^^^"
    `);
  });

  test("rules that wait for more trials than there are, or have no bound", async () => {
    const text = `data: {file: a.csv, targets: [y]}
parameters:
  dropout: {min: 0.1, max: 0.5}
budget: {trials: 8, epochs: 5}
early_terminate:
  - {type: median, min_trials: 100}
  - {type: median, min_trials: 7}
  - {type: threshold}
`;
    expect(await warningsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:6:5: warning: early_terminate[0]: this stops nothing: it waits for 100 other trials (min_trials), and the study has 8
        6 |   - {type: median, min_trials: 100}
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

      sweep.yaml:8:5: warning: early_terminate[2]: this stops nothing: it has no bound, and trials whose metric is not finite end anyway
        8 |   - {type: threshold}
          |     ^^^^^^^^^^^^^^^^^
        allowed: min or max beside type"
    `);
  });

  test("rules that never get to a verdict", async () => {
    const text = `data: {file: a.csv, targets: [y]}
parameters:
  dropout: {min: 0.1, max: 0.5}
budget: {trials: 5, epochs: 5}
early_terminate:
  - {type: median, min_epochs: 5}
  - {type: patience, patience: 4}
  - {type: patience, patience: 3}
`;
    expect(await warningsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:6:5: warning: early_terminate[0]: this stops nothing: its first verdict is at epoch 5, and trials have 5
        6 |   - {type: median, min_epochs: 5}
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

      sweep.yaml:7:5: warning: early_terminate[1]: this stops nothing: its first verdict is at epoch 5, and trials have 5
        7 |   - {type: patience, patience: 4}
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    `);
  });

  test("settings without effect", async () => {
    const text = `data: {file: a.csv, targets: [y], series_id: id}
model: {layers: 0, momentum: 0.9, hidden: 8}
parameters:
  dropout: {min: 0.1, max: 0.5}
  batch_size: {values: [1, 2, 4, 8, 16]}
budget: {trials: 5}
`;
    expect(await warningsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:35: warning: data.series_id: this has no effect for layout series and task regression
        1 | data: {file: a.csv, targets: [y], series_id: id}
          |                                   ^^^^^^^^^

      sweep.yaml:2:20: warning: model.momentum: this has no effect: optimizer is adam
        2 | model: {layers: 0, momentum: 0.9, hidden: 8}
          |                    ^^^^^^^^

      sweep.yaml:2:35: warning: model.hidden: this has no effect: layers is 0
        2 | model: {layers: 0, momentum: 0.9, hidden: 8}
          |                                   ^^^^^^

      sweep.yaml:4:3: warning: parameters.dropout: this has no effect: layers is 0
        4 |   dropout: {min: 0.1, max: 0.5}
          |   ^^^^^^^"
    `);
  });

  test("settings searched where they have no effect", async () => {
    const text = sweepWith(`optimizer: {values: [adam, momentum, rmsprop]}
momentum: {min: 0.5, max: 0.9}
beta1: {min: 0.8, max: 0.9, when: {optimizer: adam}}
layers: {values: [0, 1, 2]}
hidden: {values: [8, 16]}`);
    expect(await warningsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:5:3: warning: parameters.momentum: this is searched also where optimizer is adam and it has no effect; add when: {optimizer: [momentum, rmsprop]}
        5 |   momentum: {min: 0.5, max: 0.9}
          |   ^^^^^^^^

      sweep.yaml:8:3: warning: parameters.hidden: this is searched also where layers is 0 and it has no effect; add when: {layers: [1, 2]}
        8 |   hidden: {values: [8, 16]}
          |   ^^^^^^"
    `);
  });
});
