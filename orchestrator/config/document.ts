/**
 * The YAML parser knows where things stand, and the schemas know what is wrong; an error with a line and a column needs both. This
 * is where the file becomes plain values that remember their places.
 */
import { Composer, LineCounter, Parser, type Document } from "yaml";
import type { Place } from "./errors.ts";
import { plainValue, type KeyPath, type Location, type Range } from "./plain-value.ts";
import { syntaxMessage } from "./syntax-message.ts";
import { tooDeep } from "./nesting.ts";
import { isUnclosed, openedBefore } from "./unclosed.ts";

/** A sweep file as plain values, and where in the text each of them stands. */
export interface SweepDocument {
  readonly value: unknown;
  /** Where a key or its value stands; for what is not in the file, the nearest key above it that is. */
  place(path: KeyPath, at: "key" | "value"): Place;
}

/** Something that keeps the text from being read as one plain YAML document. */
export interface SyntaxProblem {
  readonly place: Place;
  readonly message: string;
}

export type ParsedDocument =
  | { readonly ok: true; readonly document: SweepDocument }
  | { readonly ok: false; readonly problems: readonly SyntaxProblem[] };

/** Later problems mostly follow from the first ones. */
const maxSyntaxProblems = 5;

/**
 * Reads YAML 1.2 (core schema), and of that only what a sweep file needs: one document of mappings, lists,
 * texts, numbers, true, false and null. Aliases, anchors, merge keys and tags are refused.
 */
export function parseDocument(text: string): ParsedDocument {
  const places = new Places(text);
  const tokens = [...new Parser(places.lines.addNewLine).parse(text)];
  const deep = tooDeep(tokens);
  if (deep !== undefined) {
    return refuse([{ place: places.of([deep, deep + 1]), message: "this is nested too deeply" }]);
  }
  const [first, second] = [...new Composer(options).compose(tokens)];
  if (first === undefined) {
    return refuse([{ place: places.of([0, 1]), message: "the file is empty" }]);
  }
  const problems = syntaxProblems(first, places);
  if (problems.length > 0) return refuse(problems);
  if (second !== undefined) {
    const message = "a second document begins here; a sweep file holds one (remove the ---)";
    return refuse([{ place: places.of([second.range[0], second.range[0] + 1]), message }]);
  }
  return readValues(first, places);
}

const options = {
  // Checked in plain-value.ts, in time linear in the number of keys.
  uniqueKeys: false,
  stringKeys: true,
  merge: false,
  resolveKnownTags: false,
  // Tells an unclosed bracket from a closed one.
  keepSourceTokens: true,
  logLevel: "silent",
} as const;

function readValues(document: Document.Parsed, places: Places): ParsedDocument {
  const { value, locations, problems } = plainValue(document.contents);
  if (problems.length > 0) {
    return refuse(problems.map(({ range, message }) => ({ place: places.of(range), message })));
  }
  return {
    ok: true,
    document: { value, place: (path, at) => places.of(nearest(locations, path, at) ?? [0, 1]) },
  };
}

function syntaxProblems(document: Document.Parsed, places: Places): SyntaxProblem[] {
  const version = document.directives.yaml;
  if (version.explicit === true && version.version !== "1.2") {
    return [{ place: places.of([0, 1]), message: `sweep files are YAML 1.2; remove the %YAML directive` }];
  }
  const seen = new Set<number>();
  return [...document.errors, ...document.warnings]
    .map((error) => {
      const opened = isUnclosed(error) ? openedBefore(document, error.pos[0]) : undefined;
      return { place: places.of(opened ?? error.pos), message: syntaxMessage(error) };
    })
    .filter(({ place }) => !seen.has(place.line) && seen.add(place.line))
    .slice(0, maxSyntaxProblems);
}

function refuse(problems: readonly SyntaxProblem[]): ParsedDocument {
  return { ok: false, problems };
}

function nearest(
  locations: ReadonlyMap<string, Location>,
  path: KeyPath,
  at: "key" | "value",
): Range | undefined {
  const exact = locations.get(JSON.stringify(path));
  if (exact !== undefined) return at === "value" ? exact.value : exact.key;
  return path.length === 0 ? undefined : nearest(locations, path.slice(0, -1), "key");
}

class Places {
  readonly lines = new LineCounter();
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** `range`: offsets of the first character and the one after the last; cut to its first line. */
  of([start, end]: Range): Place {
    const { line, col } = this.lines.linePos(Math.min(start, Math.max(0, this.text.length - 1)));
    const from = this.lines.lineStarts[line - 1] ?? 0;
    const to = this.lines.lineStarts[line] ?? this.text.length;
    const text = this.text.slice(from, to).replace(/\r?\n$/, "");
    const column = Math.max(1, col);
    const length = Math.max(1, Math.min(end - start, text.length - column + 1));
    return { line: Math.max(1, line), column, length, text };
  }
}
