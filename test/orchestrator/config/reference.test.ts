import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { sweepKeys } from "../../../orchestrator/config/sections.ts";
import { withTables } from "../../../scripts/settings-tables.ts";
import { sweepOf, warningsOf } from "./support.ts";

const markdown = await readFile(new URL("../../../docs/sweep-file.md", import.meta.url), "utf8");
const examples = [...markdown.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = ""]) => text);

describe("docs/sweep-file.md", () => {
  test("has current tables; if not, run: npx tsx scripts/make-schema.ts", () => {
    expect(withTables(markdown)).toBe(markdown);
  });

  test("has a heading for every key", () => {
    const headings = [...markdown.matchAll(/^##+ (.*)$/gm)].flatMap(([, words = ""]) => words.split(", "));
    expect(headings).toEqual(expect.arrayContaining([...sweepKeys]));
  });

  test("begins with a sweep that runs", async () => {
    expect((await sweepOf(examples[0] ?? "")).budget.trials).toBe(20);
  });

  test("has examples of parameters that run without a warning", async () => {
    const parameters = examples.filter((text) => text.startsWith("parameters:"));
    expect(parameters.length).toBeGreaterThan(1);
    for (const text of parameters) {
      expect(await warningsOf(`data: {file: a.csv, targets: [y]}\nbudget: {trials: 5}\n${text}`)).toBe("");
    }
  });

  test("has examples of every other section that are accepted", async () => {
    const sections = examples.slice(1).filter((text) => !text.startsWith("parameters:"));
    for (const example of sections.flatMap(alternatives)) await sweepOf(completed(example));
  });
});

/** One example may show a key several times: each is a file of its own. */
function alternatives(example: string): string[] {
  const key = example.split(":")[0] ?? "";
  return example.split(new RegExp(`^(?=${key}:)`, "m"));
}

/** The rest of a small sweep around an example. */
function completed(example: string): string {
  if (example.startsWith("split:"))
    return completed(`data: {file: a.csv, targets: [y], ${firstLine(example)}}`);
  const others = [
    ...(example.startsWith("program:") ? [] : ["data: {file: a.csv, targets: [y]}"]),
    "parameters: {l2: {values: [0, 1]}}",
    "budget: {trials: 1}",
  ];
  const missing = others.filter((line) => !new RegExp(`^${line.split(":")[0]}:`, "m").test(example));
  return [example, ...missing].join("\n");
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").replace(/ +#.*/, "");
}
