import { describe, expect, test } from "vitest";
import { errorsOf } from "./support.ts";

describe("a file that is not plain YAML", () => {
  test("an empty file", async () => {
    const text = `
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:1: the file is empty
        1 | 
          | ^"
    `);
  });

  test("only comments", async () => {
    const text = `# nothing here
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:1: the file is empty
        1 | # nothing here
          | ^"
    `);
  });

  test("a list instead of a mapping", async () => {
    const text = `- data
- model
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:1: found ["data", "model"]
        1 | - data
          | ^
        allowed: a mapping of name, description, seed, method, metric, metrics, constraints, data, model, program, baselines, parameters, budget, early_terminate, enqueue, known, repeats, workers, lab"
    `);
  });

  test("a plain text", async () => {
    const text = `run it
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:1: found "run it"
        1 | run it
          | ^^^^^^
        allowed: a mapping of name, description, seed, method, metric, metrics, constraints, data, model, program, baselines, parameters, budget, early_terminate, enqueue, known, repeats, workers, lab"
    `);
  });

  test("a tab as indentation", async () => {
    const text = `data:
	file: a.csv
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:2:1: a tab indents this line; YAML is indented with spaces only
        2 |  file: a.csv
          | ^"
    `);
  });

  test("a bracket that is not closed", async () => {
    const text = `data: {file: a.csv, targets: [y]
parameters: {}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:7: this bracket or quote is opened but not closed
        1 | data: {file: a.csv, targets: [y]
          |       ^"
    `);
  });

  test("a quote that is not closed", async () => {
    const text = `name: 'first
data: {}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:7: this bracket or quote is opened but not closed
        1 | name: 'first
          |       ^"
    `);
  });

  test("a colon in a plain text", async () => {
    const text = `description: night: the second try
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:14: this does not fit the lines around it: indent the keys of one mapping alike, write \`key: value\` with a space after the colon, and put a text that contains \`: \` in quotes
        1 | description: night: the second try
          |              ^"
    `);
  });

  test("a value without a space after the colon", async () => {
    const text = `name:first
seed: 1
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:1: this does not fit the lines around it: indent the keys of one mapping alike, write \`key: value\` with a space after the colon, and put a text that contains \`: \` in quotes
        1 | name:first
          | ^^^^^^^^^^"
    `);
  });

  test("uneven indentation", async () => {
    const text = `data:
  file: a.csv
   window: 24
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:2:9: this does not fit the lines around it: indent the keys of one mapping alike, write \`key: value\` with a space after the colon, and put a text that contains \`: \` in quotes
        2 |   file: a.csv
          |         ^"
    `);
  });

  test("a text that begins with a special character", async () => {
    const text = `name: @first
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:7: a text that begins with this character needs quotes
        1 | name: @first
          |       ^"
    `);
  });

  test("a key given twice", async () => {
    const text = `seed: 1
name: a
seed: 2
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:3:1: the key "seed" is given twice; keep one
        3 | seed: 2
          | ^^^^"
    `);
  });

  test("an alias", async () => {
    const text = `data: &d {file: a.csv}
model: *d
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:10: anchors (&) are not allowed; write the value out
        1 | data: &d {file: a.csv}
          |          ^^^^^^^^^^^^^

      sweep.yaml:2:8: aliases (*) are not allowed; write the value out
        2 | model: *d
          |        ^^"
    `);
  });

  test("a merge key", async () => {
    const text = `model:
  <<: {layers: 2}
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:2:3: merge keys (<<) are not allowed; write the keys out
        2 |   <<: {layers: 2}
          |   ^^"
    `);
  });

  test("a tag", async () => {
    const text = `seed: !!js/function 'f'
name: !secret x
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:7: tags (!) are not allowed; write the value without
        1 | seed: !!js/function 'f'
          |       ^^^^^^^^^^^^^

      sweep.yaml:2:7: tags (!) are not allowed; write the value without
        2 | name: !secret x
          |       ^^^^^^^"
    `);
  });

  test("a second document", async () => {
    const text = `seed: 1
---
seed: 2
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:2:1: a second document begins here; a sweep file holds one (remove the ---)
        2 | ---
          | ^"
    `);
  });

  test("keys that reach into objects", async () => {
    const text = `__proto__: {layers: 2}
model:
  constructor: 1
prototype: 3
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:1: "__proto__" is not allowed as a key
        1 | __proto__: {layers: 2}
          | ^^^^^^^^^

      sweep.yaml:3:3: "constructor" is not allowed as a key
        3 |   constructor: 1
          |   ^^^^^^^^^^^

      sweep.yaml:4:1: "prototype" is not allowed as a key
        4 | prototype: 3
          | ^^^^^^^^^"
    `);
  });

  test("a list as key", async () => {
    const text = `? [a, b]
: 1
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:3: a key must be a plain word, not a list or a mapping
        1 | ? [a, b]
          |   ^"
    `);
  });

  test("another version of YAML", async () => {
    const text = `%YAML 1.1
---
seed: 1
`;
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:1:1: sweep files are YAML 1.2; remove the %YAML directive
        1 | %YAML 1.1
          | ^"
    `);
  });
});
