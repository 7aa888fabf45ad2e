import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";
import { describe, expect, it } from "vitest";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** CONTRIBUTING.md says so. */
const mostLines = 250;
const mostLinesOfFunction = 60;

const folders = [
  "bench",
  "bin",
  "orchestrator",
  "page/src",
  "scripts",
  "search",
  "storage",
  "test",
  "worker",
];

function sources(folder: string): readonly string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs|js)$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [name: string]: unknown;
}

interface LongFunction {
  readonly line: number;
  readonly lines: number;
}

/**
 * Functions with too many lines. Those of a `describe`, an `it` or a hook inside are counted there, each by itself: a suite is as
 * long as it has tests.
 */
function longFunctions(file: string, source: string): readonly LongFunction[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  const lineOf = lineCounter(source);
  const found: LongFunction[] = [];
  /** Returns the lines of tests inside. */
  const visit = (value: unknown): number => {
    if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + visit(one), 0);
    if (!isNode(value)) return 0;
    const inTests = Object.values(value).reduce((sum: number, one) => sum + visit(one), 0);
    const lines = lineOf(value.end - 1) - lineOf(value.start) + 1;
    if (/Function/.test(value.type) && lines - inTests > mostLinesOfFunction)
      found.push({ line: lineOf(value.start), lines: lines - inTests });
    return isTest(value) ? lines : inTests;
  };
  visit(program);
  return found;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

const testWords = ["describe", "it", "test"];

/** `it("…", () => …)`, also as `it.each(…)("…", () => …)`. */
function isTest(node: Node): boolean {
  if (node.type !== "CallExpression") return false;
  let callee: unknown = node["callee"];
  while (isNode(callee) && callee.type !== "Identifier")
    callee = callee["object"] ?? callee["callee"] ?? callee["tag"];
  return isNode(callee) && testWords.includes(String(callee["name"]));
}

/** The kernels are AssemblyScript, with decorators that the parser refuses: their functions begin and end at the margin. */
function longKernels(source: string): readonly LongFunction[] {
  const lineOf = lineCounter(source);
  return [...source.matchAll(/^(?:export )?function [^]*?^}/gm)]
    .map(({ index, 0: text }) => ({ line: lineOf(index), lines: text.split("\n").length }))
    .filter(({ lines }) => lines > mostLinesOfFunction);
}

/** Which line, from 1, a place of the text is on. */
function lineCounter(source: string): (place: number) => number {
  const ends = [...source.matchAll(/\n/g)].map(({ index }) => index);
  return (place) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! < place) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

function longIn(file: string, source: string): readonly LongFunction[] {
  if (source.split("\n").length <= mostLinesOfFunction) return [];
  return file.includes("/kernels/") ? longKernels(source) : longFunctions(file, source);
}

/** That files and functions are short. */
export function lengthSuite(): void {
  describe("lengths", () => {
    const files = folders.flatMap((folder) => sources(folder));
    const texts = new Map(files.map((file) => [file, readFileSync(path.join(root, file), "utf8")]));

    it(`no file has more than ${mostLines} lines`, () => {
      expect(files.filter((file) => texts.get(file)!.split("\n").length > mostLines + 1)).toEqual([]);
    });

    it(`no function has more than ${mostLinesOfFunction} lines`, () => {
      const long = files.flatMap((file) =>
        longIn(file, texts.get(file)!).map(({ line, lines }) => `${file}:${line} has ${lines} lines`),
      );
      expect(long).toEqual([]);
    });

    it("a function that is too long is found, and a suite of short tests is not", () => {
      const body = "  work();\n".repeat(mostLinesOfFunction);
      expect(longIn("a.ts", `\nexport function long(): void {\n${body}}\n`)).toEqual([
        { line: 2, lines: 62 },
      ]);
      expect(longIn("a.tsx", `const View = (): JSX.Element => {\n${body}  return <p />;\n};\n`)).toHaveLength(
        1,
      );
      expect(longIn("a.ts", `class A {\n  run() {\n${body}  }\n}\n`)).toHaveLength(1);
      expect(longIn("worker/lstm/kernels/a.ts", `@inline\nfunction a(): void {\n${body}}\n`)).toHaveLength(1);
      const test = (lines: string): string => `  it.each(some)("works", () => {\n${lines}  });\n`;
      const short = test("    expect(1).toBe(1);\n".repeat(10));
      expect(longIn("a.test.ts", `describe("a", () => {\n${short.repeat(10)}});\n`)).toEqual([]);
      expect(longIn("a.test.ts", `describe("a", () => {\n${test(body)}});\n`)).toHaveLength(1);
      expect(longIn("a.test.ts", `describe("a", () => {\n${body}${short}});\n`)).toHaveLength(1);
    });
  });
}
