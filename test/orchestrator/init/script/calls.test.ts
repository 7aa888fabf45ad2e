import { expect, it } from "vitest";
import { readProgram } from "../../../../orchestrator/init/script/calls.ts";

it("calls of Python are read with their literals, wherever they stand", () => {
  const { calls } = readProgram(
    `def options(p):
    p.add_argument("--rate", "-r", type=float, default=-1e-3,
                   choices=[0.1, "b", (1, 2)], help="one " 'two', required=True)  # a comment, with "quotes"
    if True: p.add_argument('--n', default=1_000, **more)
`,
    "python",
  );
  const [rate, n] = calls;
  expect(rate).toMatchObject({ name: "add_argument", callee: "p.add_argument", line: 2 });
  expect(rate!.positional).toEqual([
    { kind: "value", value: "--rate" },
    { kind: "value", value: "-r" },
  ]);
  expect(Object.fromEntries(rate!.named)).toEqual({
    type: { kind: "word", word: "float" },
    default: { kind: "value", value: -0.001 },
    choices: {
      kind: "list",
      items: [
        { kind: "value", value: 0.1 },
        { kind: "value", value: "b" },
        {
          kind: "list",
          items: [
            { kind: "value", value: 1 },
            { kind: "value", value: 2 },
          ],
        },
      ],
    },
    help: { kind: "value", value: "one two" },
    required: { kind: "value", value: true },
  });
  expect(n!.line).toBe(4);
  expect(n!.named.get("default")).toEqual({ kind: "value", value: 1000 });
});

it("calls of TypeScript are read with objects, shorthand and template strings", () => {
  const { calls, strings } = readProgram(
    "const x: number = f<number>({ 'a': 1, b, c: [true, null] }); console.log(`epoch ${e}: loss ${l}`);",
    "javascript",
  );
  const f = calls.find(({ name }) => name === "f") ?? calls[0]!;
  const [record] = f.positional;
  expect(record).toMatchObject({ kind: "record" });
  expect(record!.kind === "record" && [...record!.entries]).toEqual([
    ["a", { kind: "value", value: 1 }],
    ["b", { kind: "word", word: "b" }],
    [
      "c",
      {
        kind: "list",
        items: [
          { kind: "value", value: true },
          { kind: "value", value: null },
        ],
      },
    ],
  ]);
  expect(strings.join()).toContain("loss ${l}");
});

it("calls of a chain come in the order they are written in", () => {
  const { calls } = readProgram(
    "new Command()\n  .option('--a')\n  .option('--b')\n  .parse()",
    "javascript",
  );
  expect(calls.map(({ name, line }) => [name, line])).toEqual([
    ["option", 2],
    ["option", 3],
    ["parse", 4],
  ]);
});

it("records are known by their keys, however they are made", () => {
  expect(readProgram("f({'a': 1, \"b\": {}}); g(dict(c=1, d=x))", "python").records).toEqual([
    ["a", "b"],
    [],
    ["c", "d"],
  ]);
  expect(readProgram("const r = { epoch, loss: 1 };", "javascript").records).toEqual([["epoch", "loss"]]);
});

it("a text that is not a program of the language gives what can be read of it, and no error", () => {
  expect(readProgram('\u0000 ((( [ "--x', "python").calls).toEqual([]);
  const { calls } = readProgram(") oops\np.add_argument('--lr', default=0.1)\n]] (", "python");
  expect(calls.map(({ name }) => name)).toContain("add_argument");
});
