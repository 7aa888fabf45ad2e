import { describe, expect, test } from "vitest";
import { errorsOf, sweepWith } from "./support.ts";

describe("conditions", () => {
  test("on unknown or fixed parameters", async () => {
    const text = `data: {file: a.csv, targets: [y]}
model: {layers: 1}
parameters:
  dropout: {values: [0.1, 0.2], when: {layers: 1}}
  momentum: {values: [0.8, 0.9], when: {optimiser: sgd}}
  optimizer: {values: [sgd, momentum]}
budget: {trials: 1}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:40: parameters.dropout.when.layers: layers has one value in this sweep, so a condition on it changes nothing; remove it
        4 |   dropout: {values: [0.1, 0.2], when: {layers: 1}}
          |                                        ^^^^^^

      sweep.yaml:5:41: parameters.momentum.when.optimiser: no parameter of this name is searched; it is called optimizer here
        5 |   momentum: {values: [0.8, 0.9], when: {optimiser: sgd}}
          |                                         ^^^^^^^^^
        allowed: dropout, momentum, optimizer"
    `);
  });

  test("on values that never come", async () => {
    const text = sweepWith(`layers: {min: 0, max: 2}
dropout: {values: [0.1, 0.2], when: {layers: 3}}
hidden: {values: [8, 16], when: {layers: [1, 2.5]}}
optimizer: {values: [adam, momentum]}
momentum: {values: [0.8, 0.9], when: {optimizer: Momentum}}`);
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:5:48: parameters.dropout.when.layers: layers is never 3
        5 |   dropout: {values: [0.1, 0.2], when: {layers: 3}}
          |                                                ^
        allowed: a whole number from 0 to 2

      sweep.yaml:6:48: parameters.hidden.when.layers[1]: layers is never 2.5
        6 |   hidden: {values: [8, 16], when: {layers: [1, 2.5]}}
          |                                                ^^^
        allowed: a whole number from 0 to 2

      sweep.yaml:8:52: parameters.momentum.when.optimizer: optimizer is never "Momentum"
        8 |   momentum: {values: [0.8, 0.9], when: {optimizer: Momentum}}
          |                                                    ^^^^^^^^
        allowed: "adam", "momentum""
    `);
  });

  test("in a circle", async () => {
    const text = sweepWith(`layers: {values: [1, 2], when: {hidden: 8}}
hidden: {values: [8, 16], when: {dropout: 0.1}}
dropout: {values: [0.1, 0.2], when: {layers: 1}}`);
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:28: parameters.layers.when: conditions go round in a circle: layers needs hidden needs dropout needs layers; remove one of them
        4 |   layers: {values: [1, 2], when: {hidden: 8}}
          |                            ^^^^"
    `);
  });

  test("on itself", async () => {
    const text = sweepWith(`layers: {values: [1, 2], when: {layers: 1}}`);
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:28: parameters.layers.when: conditions go round in a circle: layers needs layers; remove one of them
        4 |   layers: {values: [1, 2], when: {layers: 1}}
          |                            ^^^^"
    `);
  });

  test("that contradict each other", async () => {
    const text = sweepWith(`optimizer: {values: [adam, sgd]}
batch_size: {values: [32, 64], when: {optimizer: sgd}}
beta1: {values: [0.8, 0.9], when: {batch_size: 32, optimizer: adam}}`);
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:6:31: parameters.beta1.when: this never holds: the conditions along the way ask for different values of optimizer
        6 |   beta1: {values: [0.8, 0.9], when: {batch_size: 32, optimizer: adam}}
          |                               ^^^^"
    `);
  });

  test("of no shape that is known", async () => {
    const text = sweepWith(`layers: {values: [1, 2]}
hidden: {values: [8, 16], when: layers}
dropout: {values: [0.1, 0.2], when: {layers: []}}
l2: {values: [0, 1], when: {layers: {min: 1}}}`);
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:5:35: parameters.hidden.when: found "layers"
        5 |   hidden: {values: [8, 16], when: layers}
          |                                   ^^^^^^
        allowed: a mapping of keys to values

      sweep.yaml:6:48: parameters.dropout.when.layers: found []
        6 |   dropout: {values: [0.1, 0.2], when: {layers: []}}
          |                                                ^^
        allowed: a value, or a list of one or more values

      sweep.yaml:7:39: parameters.l2.when.layers: found a mapping of min
        7 |   l2: {values: [0, 1], when: {layers: {min: 1}}}
          |                                       ^^^^^^^^
        allowed: a value, or a list of one or more values"
    `);
  });
});
