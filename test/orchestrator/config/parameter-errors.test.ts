import { describe, expect, test } from "vitest";
import { errorsOf, sweepWith } from "./support.ts";

describe("parameters", () => {
  test("values without their mapping", async () => {
    const text = sweepWith(`hidden: [8, 16]
dropout: 0.1
layers:`);
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:11: parameters.hidden: found [8, 16]; to search it write hidden: {values: [8, 16]}
        4 |   hidden: [8, 16]
          |           ^^^^^^^
        allowed: {value: …}, {values: […]} or {min: …, max: …}

      sweep.yaml:5:12: parameters.dropout: found 0.1; to search it write dropout: {value: 0.1}
        5 |   dropout: 0.1
          |            ^^^
        allowed: {value: …}, {values: […]} or {min: …, max: …}

      sweep.yaml:6:10: parameters.layers: found nothing
        6 |   layers:
          |          ^
        allowed: {value: …}, {values: […]} or {min: …, max: …}"
    `);
  });

  test("nothing that says what to search", async () => {
    const text = sweepWith(`hidden: {}
dropout: {distribution: uniform}
layers: {min: 1}`);
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:3: parameters.hidden: nothing to search is named
        4 |   hidden: {}
          |   ^^^^^^
        allowed: {value: …}, {values: […]} or {min: …, max: …}

      sweep.yaml:5:3: parameters.dropout: nothing to search is named
        5 |   dropout: {distribution: uniform}
          |   ^^^^^^^
        allowed: {value: …}, {values: […]} or {min: …, max: …}

      sweep.yaml:6:3: parameters.layers.max: this key is missing
        6 |   layers: {min: 1}
          |   ^^^^^^
        allowed: a number"
    `);
  });

  test("contradicting keys", async () => {
    const text = sweepWith(`hidden: {value: 8, values: [8]}
dropout: {values: [0.1], min: 0}
layers: {values: [1], distribution: int}
window: {min: 4, max: 8, q: 2, step: 2}`);
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:3: parameters.hidden: value and values exclude each other
        4 |   hidden: {value: 8, values: [8]}
          |   ^^^^^^
        allowed: {value: …}, {values: […]} or {min: …, max: …}

      sweep.yaml:5:3: parameters.dropout: values and min exclude each other
        5 |   dropout: {values: [0.1], min: 0}
          |   ^^^^^^^
        allowed: {value: …}, {values: […]} or {min: …, max: …}

      sweep.yaml:6:39: parameters.layers.distribution: found "int"
        6 |   layers: {values: [1], distribution: int}
          |                                       ^^^
        allowed: categorical

      sweep.yaml:7:28: parameters.window.q: q is the same as step; keep one
        7 |   window: {min: 4, max: 8, q: 2, step: 2}
          |                            ^"
    `);
  });

  test("keys of W&B that do not exist here", async () => {
    const text = sweepWith(`hidden: {distribution: normal, mu: 3, sigma: 1}
dropout: {values: [0.1, 0.2], probabilities: [0.5, 0.5]}
optimizer: {parameters: {momentum: {value: 0.9}}}
layers: {mn: 1, max: 2}`);
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:6:15: parameters.optimizer.parameters: parameters do not nest here; list each by its own name, with when: for one that depends on another
        6 |   optimizer: {parameters: {momentum: {value: 0.9}}}
          |               ^^^^^^^^^^

      sweep.yaml:7:12: parameters.layers.mn: there is no such key; did you mean min?
        7 |   layers: {mn: 1, max: 2}
          |            ^^"
    `);
  });

  test("bad lists", async () => {
    const text = sweepWith(`hidden: {values: []}
layers: {values: [1, 2, 1, 9]}
optimizer: {values: [adam, addam]}
features: {values: [[a], [a], numeric]}`);
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:20: parameters.hidden.values: found []
        4 |   hidden: {values: []}
          |                    ^^
        allowed: a list of one or more

      sweep.yaml:5:27: parameters.layers.values[2]: 1 is in the list already; remove one
        5 |   layers: {values: [1, 2, 1, 9]}
          |                           ^

      sweep.yaml:5:30: parameters.layers.values[3]: found 9
        5 |   layers: {values: [1, 2, 1, 9]}
          |                              ^
        allowed: a whole number from 0 to 8

      sweep.yaml:6:30: parameters.optimizer.values[1]: found "addam"; did you mean adam?
        6 |   optimizer: {values: [adam, addam]}
          |                              ^^^^^
        allowed: adam, adamw, nadam, sgd, momentum, nesterov, rmsprop, adagrad, adadelta, lion, gradient_descent

      sweep.yaml:7:28: parameters.features.values[1]: ["a"] is in the list already; remove one
        7 |   features: {values: [[a], [a], numeric]}
          |                            ^^^"
    `);
  });

  test("bad ranges", async () => {
    const text = sweepWith(`dropout: {min: 0.5, max: 0.1}
learning_rate: {min: 0, max: 0.1, distribution: log_uniform}
l2: {min: -9, max: -2, distribution: log_uniform}
window: {min: 12, max: 50, step: 12}
hidden: {min: 8, max: 5000}
layers: {min: 1, max: 3, distribution: uniform}
optimizer: {min: 1, max: 2}`);
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:18: parameters.dropout.min: min is 0.5, above max, which is 0.1
        4 |   dropout: {min: 0.5, max: 0.1}
          |                  ^^^

      sweep.yaml:5:24: parameters.learning_rate.min: found 0, but a logarithmic range cannot touch 0
        5 |   learning_rate: {min: 0, max: 0.1, distribution: log_uniform}
          |                        ^
        allowed: a number above 0

      sweep.yaml:6:13: parameters.l2.min: found -9, but a logarithmic range cannot touch 0; min and max are values here, not exponents: for e^-9 to e^-2 write min: 0.00012341 and max: 0.135335
        6 |   l2: {min: -9, max: -2, distribution: log_uniform}
          |             ^^
        allowed: a number above 0

      sweep.yaml:7:26: parameters.window.max: steps of 12 from 12 do not arrive at 50
        7 |   window: {min: 12, max: 50, step: 12}
          |                          ^^
        allowed: 48, 60, …

      sweep.yaml:8:25: parameters.hidden.max: found 5000
        8 |   hidden: {min: 8, max: 5000}
          |                         ^^^^
        allowed: a whole number from 1 to 4096, or a list of one or more, each a whole number from 1 to 4096, or auto

      sweep.yaml:9:42: parameters.layers.distribution: layers takes whole numbers only
        9 |   layers: {min: 1, max: 3, distribution: uniform}
          |                                          ^^^^^^^
        allowed: int, log_int, or a whole step

      sweep.yaml:10:20: parameters.optimizer.min: found 1
        10 |   optimizer: {min: 1, max: 2}
           |                    ^
        allowed: adam, adamw, nadam, sgd, momentum, nesterov, rmsprop, adagrad, adadelta, lion, gradient_descent

      sweep.yaml:10:28: parameters.optimizer.max: found 2
        10 |   optimizer: {min: 1, max: 2}
           |                            ^
        allowed: adam, adamw, nadam, sgd, momentum, nesterov, rmsprop, adagrad, adadelta, lion, gradient_descent"
    `);
  });

  test("bad steps", async () => {
    const text = sweepWith(`dropout: {min: 0, max: 0.5, distribution: q_uniform}
hidden: {min: 8, max: 16, distribution: int, step: 0.5}
l2: {min: 0.1, max: 0.3, step: 0.1, q: 0.1}
learning_rate: {min: 0.1, max: 0.4, step: 0}`);
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:3: parameters.dropout: this distribution needs a step (or q)
        4 |   dropout: {min: 0, max: 0.5, distribution: q_uniform}
          |   ^^^^^^^

      sweep.yaml:5:54: parameters.hidden.step: found 0.5
        5 |   hidden: {min: 8, max: 16, distribution: int, step: 0.5}
          |                                                      ^^^
        allowed: a whole number

      sweep.yaml:6:39: parameters.l2.q: q is the same as step; keep one
        6 |   l2: {min: 0.1, max: 0.3, step: 0.1, q: 0.1}
          |                                       ^

      sweep.yaml:7:45: parameters.learning_rate.step: found 0
        7 |   learning_rate: {min: 0.1, max: 0.4, step: 0}
          |                                             ^
        allowed: a number above 0"
    `);
  });

  test("settings that may not be searched", async () => {
    const text = sweepWith(`horizon: {values: [1, 2]}
targets: {values: [[a], [b]]}
file: {values: [a.csv]}
dropout: {value: 0.1}`);
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:3: parameters.horizon: horizon cannot be searched: scores of trials that differ in it do not compare; give it one value under data:
        4 |   horizon: {values: [1, 2]}
          |   ^^^^^^^

      sweep.yaml:5:3: parameters.targets: targets cannot be searched: scores of trials that differ in it do not compare; give it one value under data:
        5 |   targets: {values: [[a], [b]]}
          |   ^^^^^^^

      sweep.yaml:6:3: parameters.file: file cannot be searched: scores of trials that differ in it do not compare; give it one value under data:
        6 |   file: {values: [a.csv]}
          |   ^^^^"
    `);
  });

  test("settings both fixed and searched", async () => {
    const text = `model: {dropout: 0.1}
data: {file: a.csv, targets: [y], window: 24}
parameters:
  dropout: {values: [0.1, 0.2]}
  window: {values: [12, 24]}
budget: {trials: 1}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:3: parameters.dropout: dropout has one value under model: and is searched here; remove one of the two
        4 |   dropout: {values: [0.1, 0.2]}
          |   ^^^^^^^

      sweep.yaml:5:3: parameters.window: window has one value under data: and is searched here; remove one of the two
        5 |   window: {values: [12, 24]}
          |   ^^^^^^"
    `);
  });
});
