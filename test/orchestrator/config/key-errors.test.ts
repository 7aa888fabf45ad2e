import { describe, expect, test } from "vitest";
import { errorsOf } from "./support.ts";

describe("keys", () => {
  test("misspelt keys, all at once", async () => {
    const text = `metod: grid
data: {file: a.csv, tragets: [y], wndow: 3}
model: {hiden: 8}
parameters: {dropuot: {value: 0.1}}
budget: {trails: 3}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:1: metod: there is no such key; did you mean method?
        1 | metod: grid
          | ^^^^^

      sweep.yaml:2:1: data.targets: this key is missing
        2 | data: {file: a.csv, tragets: [y], wndow: 3}
          | ^^^^
        allowed: a list of one or more, each a text

      sweep.yaml:2:21: data.tragets: there is no such key; did you mean targets?
        2 | data: {file: a.csv, tragets: [y], wndow: 3}
          |                     ^^^^^^^

      sweep.yaml:2:35: data.wndow: there is no such key; did you mean window?
        2 | data: {file: a.csv, tragets: [y], wndow: 3}
          |                                   ^^^^^

      sweep.yaml:3:9: model.hiden: there is no such key; did you mean hidden?
        3 | model: {hiden: 8}
          |         ^^^^^

      sweep.yaml:4:14: parameters.dropuot: there is no such key; did you mean dropout?
        4 | parameters: {dropuot: {value: 0.1}}
          |              ^^^^^^^

      sweep.yaml:5:10: budget.trails: there is no such key; did you mean trials?
        5 | budget: {trails: 3}
          |          ^^^^^^"
    `);
  });

  test("keys of other tools", async () => {
    const text = `program: train.py
project: lstm
run_cap: 10
n_trials: 10
search_space: {}
data: {file: a.csv, targets: [y]}
parameters: {lr: {value: 0.1}}
budget: {trials: 1}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:10: program: found "train.py"; write program: {command: [python3, train.py, "\${args}"]} to run it as the trial, or remove it to train models of seqtune
        1 | program: train.py
          |          ^^^^^^^^

      sweep.yaml:2:1: project: there is no such key; studies are kept in a database on this machine, under their name; remove it
        2 | project: lstm
          | ^^^^^^^

      sweep.yaml:3:1: run_cap: there is no such key; it is called budget.trials here
        3 | run_cap: 10
          | ^^^^^^^

      sweep.yaml:4:1: n_trials: there is no such key; it is called budget.trials here
        4 | n_trials: 10
          | ^^^^^^^^

      sweep.yaml:5:1: search_space: there is no such key; it is called parameters here
        5 | search_space: {}
          | ^^^^^^^^^^^^

      sweep.yaml:7:14: parameters.lr: there is no such key; it is called learning_rate here
        7 | parameters: {lr: {value: 0.1}}
          |              ^^"
    `);
  });

  test("keys in the wrong section", async () => {
    const text = `epochs: 10
window: 24
data: {file: a.csv, targets: [y], layers: 2}
model: {trials: 3}
parameters: {dropout: {value: 0.1}}
budget: {trials: 1, metric: val_mse}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:1: epochs: there is no such key; it belongs under budget:
        1 | epochs: 10
          | ^^^^^^

      sweep.yaml:2:1: window: there is no such key; it belongs under data: (one value) or parameters: (searched)
        2 | window: 24
          | ^^^^^^

      sweep.yaml:3:35: data.layers: there is no such key; it belongs under model: (one value) or parameters: (searched)
        3 | data: {file: a.csv, targets: [y], layers: 2}
          |                                   ^^^^^^

      sweep.yaml:4:9: model.trials: there is no such key; it belongs under budget:
        4 | model: {trials: 3}
          |         ^^^^^^

      sweep.yaml:6:21: budget.metric: there is no such key; it belongs at the top level, not indented
        6 | budget: {trials: 1, metric: val_mse}
          |                     ^^^^^^"
    `);
  });

  test("a key nothing is near to", async () => {
    const text = `data: {file: a.csv, targets: [y]}
parameters: {dropout: {value: 0.1}}
budget: {trials: 1, zebra: 1}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:3:21: budget.zebra: there is no such key
        3 | budget: {trials: 1, zebra: 1}
          |                     ^^^^^
        allowed: trials, epochs, wall_time, target"
    `);
  });

  test("required keys that are missing", async () => {
    const text = `name: first
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:1: parameters: this key is missing
        1 | name: first
          | ^
        allowed: a mapping of names to what is searched

      sweep.yaml:1:1: data: this key is missing
        1 | name: first
          | ^
        allowed: a mapping of file, targets and more

      sweep.yaml:1:1: budget: method random never ends by itself
        1 | name: first
          | ^
        allowed: budget.trials: a number of trials, or budget.wall_time: a duration such as 30m"
    `);
  });

  test("neither data nor a program", async () => {
    const text = `metric: {name: loss}
parameters: {lr: {min: 0.1, max: 0.2}}
budget: {trials: 3}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:1: data and program are missing
        1 | metric: {name: loss}
          | ^
        allowed: data: {file, targets} to train models of seqtune, or program: {command} to run a program; a study that is asked for its trials is made with: seqtune create"
    `);
  });

  test("required keys missing inside a section", async () => {
    const text = `data: {window: 3}
parameters: {}
budget: {trials: 1}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:1: data.file: this key is missing
        1 | data: {window: 3}
          | ^^^^
        allowed: a text

      sweep.yaml:1:1: data.targets: this key is missing
        1 | data: {window: 3}
          | ^^^^
        allowed: a list of one or more, each a text

      sweep.yaml:2:1: parameters: there is nothing to search; name a setting, as in hidden: {values: [16, 32]}
        2 | parameters: {}
          | ^^^^^^^^^^"
    `);
  });
});
