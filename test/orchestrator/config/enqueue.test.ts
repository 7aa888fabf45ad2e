import { describe, expect, test } from "vitest";
import { searchOf } from "../../../orchestrator/run/search-of.ts";
import { History } from "../../../search/history.ts";
import { rngFor } from "../../../search/random.ts";
import { errorsOf, sweepOf, sweepWith } from "./support.ts";

const parameters = `optimizer: {values: [adam, momentum]}
momentum: {min: 0.5, max: 0.9, distribution: uniform, when: {optimizer: momentum}}
hidden: {values: [8, [8, 4]]}
batch_size: {min: 32, max: 128, step: 32}
layers: {value: 2}`;

describe("configurations to try first", () => {
  test("are tried first, in their order; a parameter with one value may be left out", async () => {
    const sweep = await sweepOf(
      sweepWith(
        parameters,
        `enqueue:
  - {optimizer: momentum, momentum: 0.9, hidden: [8, 4], batch_size: 64}
  - {optimizer: adam, hidden: 8, batch_size: 32, layers: 2}
method: tpe`,
      ),
    );
    const { sampler } = searchOf(sweep);
    const history = new History("minimize");
    for (const params of [
      { optimizer: "momentum", momentum: 0.9, hidden: [8, 4], batch_size: 64, layers: 2 },
      { optimizer: "adam", hidden: 8, batch_size: 32, layers: 2 },
    ]) {
      const trial = history.trials.length;
      const next = sampler.suggest(history, trial, rngFor(1, trial));
      expect(next).toEqual({ kind: "new", params, origin: "enqueued" });
      history.apply({ kind: "started", trial, params, epochs: 1 });
    }
    expect(sampler.suggest(history, 2, rngFor(1, 2))).toMatchObject({ origin: "sobol" });
  });

  test("are held against the space", async () => {
    const text = sweepWith(
      parameters,
      `enqueue:
  - {optimizer: adam, momentum: 0.6, hidden: 8, batch_size: 32}
  - {optimizer: momentum, momentum: 0.95, hidden: [4, 8], batch_size: 33}
  - {optimzer: adam, hidden: 8, batch_size: 32}
  - {optimizer: adam, hidden: 8}
  - adam`,
    );
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:10:23: enqueue[0].momentum: momentum applies only when optimizer is "momentum"; remove it here
        10 |   - {optimizer: adam, momentum: 0.6, hidden: 8, batch_size: 32}
           |                       ^^^^^^^^

      sweep.yaml:11:37: enqueue[1].momentum: found 0.95
        11 |   - {optimizer: momentum, momentum: 0.95, hidden: [4, 8], batch_size: 33}
           |                                     ^^^^
        allowed: a number from 0.5 to 0.9

      sweep.yaml:11:51: enqueue[1].hidden: found [4, 8]
        11 |   - {optimizer: momentum, momentum: 0.95, hidden: [4, 8], batch_size: 33}
           |                                                   ^^^^^^
        allowed: 8, [8, 4]

      sweep.yaml:11:71: enqueue[1].batch_size: found 33
        11 |   - {optimizer: momentum, momentum: 0.95, hidden: [4, 8], batch_size: 33}
           |                                                                       ^^
        allowed: a whole number from 32 to 128 in steps of 32

      sweep.yaml:12:6: enqueue[2].optimzer: there is no such key; did you mean optimizer?
        12 |   - {optimzer: adam, hidden: 8, batch_size: 32}
           |      ^^^^^^^^

      sweep.yaml:13:5: enqueue[3]: batch_size is missing here
        13 |   - {optimizer: adam, hidden: 8}
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        allowed: a whole number from 32 to 128 in steps of 32

      sweep.yaml:14:5: enqueue[4]: found "adam"
        14 |   - adam
           |     ^^^^
        allowed: a mapping of searched parameters to values"
    `);
  });

  test("are a list", async () => {
    expect(await errorsOf(sweepWith("dropout: {min: 0.1, max: 0.5}", "enqueue: {dropout: 0.2}")))
      .toMatchInlineSnapshot(`
      "sweep.yaml:5:10: enqueue: found a mapping of dropout; put a dash before it, also for a single one
        5 | enqueue: {dropout: 0.2}
          |          ^^^^^^^^^^^^^^
        allowed: a list of configurations, each a mapping of searched parameters to values"
    `);
  });
});

describe("repeats and known results", () => {
  test("are read with their defaults, and the file's folder", async () => {
    const sweep = await sweepOf(
      sweepWith("dropout: {min: 0.1, max: 0.5}", "repeats: {seeds: 5}\nknown: {csv: ../old.csv}"),
    );
    expect(sweep.repeats).toEqual({ top: 3, seeds: 5 });
    expect(sweep.known).toEqual({ csv: "/old.csv" });
  });

  test("are refused where they cannot be", async () => {
    const text = `data: {file: a.csv, targets: [y]}
parameters:
  dropout: {min: 0.1, max: 0.5}
budget: {wall_time: 1h}
repeats: {top: 2}
known: {file: a.csv}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:5:1: repeats: repeats begin when all trials of the budget are done, and the budget does not say how many
        5 | repeats: {top: 2}
          | ^^^^^^^
        allowed: budget.trials beside it

      sweep.yaml:6:1: known: neither csv nor study is given
        6 | known: {file: a.csv}
          | ^^^^^
        allowed: one of the two, csv: a CSV file, or study: another study of the same database

      sweep.yaml:6:9: known.file: there is no such key; it belongs under data:
        6 | known: {file: a.csv}
          |         ^^^^"
    `);
    expect(await errorsOf(text.replace("top: 2", "top: 0").replace("file: a.csv}\n", "study: a b}\n")))
      .toMatchInlineSnapshot(`
      "sweep.yaml:5:16: repeats.top: found 0
        5 | repeats: {top: 0}
          |                ^
        allowed: a whole number from 1 to 1000

      sweep.yaml:6:16: known.study: found "a b"
        6 | known: {study: a b}
          |                ^^^
        allowed: a name of letters, digits, dots, - and _, at most 80 characters"
    `);
  });

  test.each([
    ["{csv: a.csv, study: b}", "known: found csv and study"],
    ["{}", "known: neither csv nor study is given"],
  ])("known results come from one place: %s", async (known, words) => {
    const errors = await errorsOf(sweepWith("dropout: {min: 0.1, max: 0.5}", `known: ${known}`));
    expect(errors).toContain(words);
    expect(errors).toContain("allowed: one of the two, csv: a CSV file, or study: another study");
  });
});
