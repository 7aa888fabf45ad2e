import { parser as javascript } from "@lezer/javascript";
import { parser as python } from "@lezer/python";
import type { SyntaxNode } from "@lezer/common";
import type { Language } from "./language.ts";

/** A value as the program's text has it. `word`: a name, whose value only a run would tell. */
export type Literal =
  | { readonly kind: "value"; readonly value: string | number | boolean | null }
  | { readonly kind: "list"; readonly items: readonly Literal[] }
  | { readonly kind: "record"; readonly entries: ReadonlyMap<string, Literal> }
  | { readonly kind: "word"; readonly word: string };

/** A call in the text of a program: `parser.add_argument("--lr", type=float)`. */
export interface Call {
  /** Last name of what is called: `add_argument`. */
  readonly name: string;
  /** The whole of what is called: `parser.add_argument`. */
  readonly callee: string;
  readonly positional: readonly Literal[];
  readonly named: ReadonlyMap<string, Literal>;
  /** Place of its arguments in the text. */
  readonly at: number;
  /** From 1. */
  readonly line: number;
}

/** Text that is printed or formatted somewhere in the program: what stands between quotes, `{…}` in place of values. */
export interface ProgramText {
  readonly calls: readonly Call[];
  readonly strings: readonly string[];
  /** The keys of each dictionary or object. */
  readonly records: readonly (readonly string[])[];
}

const parsers = { python, javascript: javascript.configure({ dialect: "ts jsx" }) };

/** The calls, strings and records of a program, in their order. It is read, never run; what cannot be read is passed over. */
export function readProgram(text: string, language: Language): ProgramText {
  const calls: Call[] = [];
  const strings: string[] = [];
  const records: (readonly string[])[] = [];
  parsers[language].parse(text).iterate({
    enter: ({ node }) => {
      if (stringNodes.has(node.name)) {
        strings.push(stringOf(node, text));
        return false;
      }
      if (node.name === "CallExpression" || node.name === "Decorator") {
        const call = callOf(node, text);
        if (call !== null) calls.push(call);
      }
      const literal = recordNodes.has(node.name) ? literalOf(node, text) : null;
      if (literal?.kind === "record") records.push([...literal.entries.keys()]);
      return true;
    },
  });
  // A chain of calls stands in the tree from its last call to its first.
  return { calls: calls.toSorted((a, b) => a.at - b.at), strings, records };
}

const recordNodes: ReadonlySet<string> = new Set([
  "DictionaryExpression",
  "ObjectExpression",
  "CallExpression",
]);

const stringNodes: ReadonlySet<string> = new Set([
  "String",
  "ContinuedString",
  "FormatString",
  "TemplateString",
]);

function callOf(node: SyntaxNode, text: string): Call | null {
  const args = node.getChild("ArgList");
  if (args === null) return null;
  const callee = text
    .slice(node.from, args.from)
    .replace(/^@\s*/, "")
    .replace(/<[^()]*>\s*$/, "") // type arguments
    .trim();
  const name = /[\w$]+$/.exec(callee)?.[0];
  if (name === undefined) return null;
  const positional: Literal[] = [];
  const named = new Map<string, Literal>();
  for (const [key, value] of argumentsOf(args, text)) {
    const literal = literalOf(value, text);
    if (key === null) positional.push(literal);
    else named.set(key, literal);
  }
  return { name, callee, positional, named, at: args.from, line: lineOf(text, args.from) };
}

/** Each argument with the name it is given by, if any. */
function argumentsOf(args: SyntaxNode, text: string): readonly (readonly [string | null, SyntaxNode])[] {
  const found: (readonly [string | null, SyntaxNode])[] = [];
  for (const part of separated(args)) {
    const [first, assign, value] = part;
    if (first === undefined) continue;
    if (assign?.name === "AssignOp" && value !== undefined)
      found.push([text.slice(first.from, first.to), value]);
    else found.push([null, first]);
  }
  return found;
}

/** The children of a node between its brackets, divided at commas. */
function separated(node: SyntaxNode): readonly (readonly SyntaxNode[])[] {
  const parts: SyntaxNode[][] = [[]];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (brackets.has(child.name) || child.name.endsWith("Comment")) continue;
    if (child.name === ",") parts.push([]);
    else parts.at(-1)!.push(child);
  }
  return parts;
}

const brackets: ReadonlySet<string> = new Set(["(", ")", "[", "]", "{", "}"]);

function literalOf(node: SyntaxNode, text: string): Literal {
  const written = text.slice(node.from, node.to);
  switch (node.name) {
    case "String":
    case "ContinuedString":
      return { kind: "value", value: stringOf(node, text) };
    case "Number":
    case "UnaryExpression":
      return numberOf(written);
    case "Boolean":
    case "BooleanLiteral":
      return { kind: "value", value: /^true$/i.test(written) };
    case "None":
    case "null":
      return { kind: "value", value: null };
    case "ArrayExpression":
    case "TupleExpression":
      return {
        kind: "list",
        items: separated(node).flatMap(([item]) => (item === undefined ? [] : [literalOf(item, text)])),
      };
    case "CallExpression": {
      const call = /^dict\s*\(/.test(written) ? node.getChild("ArgList") : null;
      if (call === null) return { kind: "word", word: written };
      const named = argumentsOf(call, text).flatMap(([key, value]) =>
        key === null ? [] : [[key, literalOf(value, text)] as const],
      );
      return { kind: "record", entries: new Map(named) };
    }
    case "DictionaryExpression":
    case "ObjectExpression":
      return { kind: "record", entries: entriesOf(node, text) };
    default:
      return { kind: "word", word: written };
  }
}

function numberOf(written: string): Literal {
  const value = Number(written.replaceAll("_", "").replaceAll(/\s/g, ""));
  return Number.isFinite(value) ? { kind: "value", value } : { kind: "word", word: written };
}

/** Of `{"a": 1}` in Python and `{ a: 1, b }` in JavaScript. */
function entriesOf(node: SyntaxNode, text: string): ReadonlyMap<string, Literal> {
  const entries = new Map<string, Literal>();
  for (const part of separated(node)) {
    const nodes = part[0]?.name === "Property" ? childrenOf(part[0]) : part;
    const [key, , value = key] = nodes;
    if (key === undefined || value === undefined) continue;
    const name = stringNodes.has(key.name) ? stringOf(key, text) : text.slice(key.from, key.to);
    entries.set(name, literalOf(value, text));
  }
  return entries;
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** Without quotes; escapes stay as they are written, but for quotes. */
function stringOf(node: SyntaxNode, text: string): string {
  if (node.name === "ContinuedString")
    return childrenOf(node)
      .map((part) => stringOf(part, text))
      .join("");
  const written = text.slice(node.from, node.to).replace(/^[A-Za-z]{1,2}(?=["'])/, "");
  const quotes = /^("""|'''|["'`])/.exec(written)?.[0] ?? "";
  return written.slice(quotes.length, written.length - quotes.length).replaceAll(/\\(["'])/g, "$1");
}

/** The line, from 1, of a place in a text. */
function lineOf(text: string, at: number): number {
  let line = 1;
  for (let end = text.indexOf("\n"); end >= 0 && end < at; end = text.indexOf("\n", end + 1)) line++;
  return line;
}
