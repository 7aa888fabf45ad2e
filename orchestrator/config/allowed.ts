import { z } from "zod";
import type { KeyPath } from "./plain-value.ts";

/** The part of JSON Schema that zod writes and this file reads. */
interface Node {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Node>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly additionalProperties?: Node | boolean;
  /** Our own words for the node, where those made from its parts would not help. */
  readonly title?: string;
}

const nodes = new WeakMap<z.ZodType, Node>();

/** What a schema allows at a path inside it, in words: "a whole number from 1 to 4096". */
export function allowedAt(schema: z.ZodType, path: KeyPath): string {
  const words = nodesAt(schema, path).map(describe);
  return [...new Set(words)].join(", or ");
}

/** The keys a schema knows at a path inside it. */
export function keysAt(schema: z.ZodType, path: KeyPath): string[] {
  const keys = nodesAt(schema, path).flatMap((node) => Object.keys(node.properties ?? {}));
  return [...new Set(keys)];
}

/** Does the schema take whole numbers, and no other numbers? */
export function takesOnlyWholeNumbers(schema: z.ZodType): boolean {
  const types = nodesAt(schema, []).map(({ type }) => type);
  return types.includes("integer") && !types.includes("number");
}

/** Does the schema take numbers at all? */
export function takesNumbers(schema: z.ZodType): boolean {
  return nodesAt(schema, []).some(({ type }) => type === "integer" || type === "number");
}

/** The texts a schema takes, where it lists them. */
export function allowedValues(schema: z.ZodType): readonly string[] {
  return nodesAt(schema, []).flatMap((node) =>
    [node.const, ...(node.enum ?? [])].filter((value) => typeof value === "string"),
  );
}

/** The smallest and the largest number a schema takes; ends that it excludes are among them. */
export function numberBounds(schema: z.ZodType): { readonly min: number; readonly max: number } {
  const numbers = nodesAt(schema, []).filter(({ type }) => type === "integer" || type === "number");
  return {
    min: Math.min(...numbers.map((node) => meant(node.minimum) ?? node.exclusiveMinimum ?? -Infinity)),
    max: Math.max(...numbers.map((node) => meant(node.maximum) ?? node.exclusiveMaximum ?? Infinity)),
  };
}

function nodesAt(schema: z.ZodType, path: KeyPath): Node[] {
  const root = nodeOf(schema);
  let found = alternatives(root, root);
  for (const key of path) {
    found = found.flatMap((node) => {
      const child =
        typeof key === "number" ? node.items : (node.properties?.[key] ?? node.additionalProperties);
      return typeof child === "object" ? alternatives(child, root) : [];
    });
  }
  return found;
}

function nodeOf(schema: z.ZodType): Node {
  const known = nodes.get(schema);
  if (known !== undefined) return known;
  // zod's own type also has `true` and `false` as schemas, which our schemas never produce.
  const node = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Node;
  nodes.set(schema, node);
  return node;
}

/** The node as a list of nodes of one type each, references followed. */
function alternatives(node: Node, root: Node): Node[] {
  const named = node.$ref === undefined ? node : (root.$defs?.[node.$ref.replace("#/$defs/", "")] ?? {});
  if (named.title !== undefined) return [named];
  const options = named.anyOf ?? named.oneOf;
  if (options !== undefined) return options.flatMap((option) => alternatives(option, root));
  if (typeof named.type === "string" || named.type === undefined) return [named];
  return named.type.map((type) => ({ ...named, type }));
}

const anyValue = "any value";

function describe(node: Node): string {
  if (node.title !== undefined) return node.title;
  if (node.const !== undefined) return plain(node.const);
  if (node.enum !== undefined) return node.enum.map(plain).join(", ");
  switch (node.type) {
    case "integer":
      return `a whole number${bounds(node)}`;
    case "number":
      return `a number${bounds(node)}`;
    case "boolean":
      return "true or false";
    case "null":
      return "null";
    case "array":
      return `a list${node.minItems === 1 ? " of one or more" : ""}${eachItem(node.items)}`;
    case "object":
      return `a mapping of ${Object.keys(node.properties ?? {}).join(", ") || "keys to values"}`;
    case "string":
      return "a text";
    case undefined:
    default:
      return anyValue;
  }
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function eachItem(items: Node | undefined): string {
  if (items === undefined) return "";
  const words = alternatives(items, items).map(describe).join(", or ");
  return words === anyValue ? "" : `, each ${words}`;
}

function bounds(node: Node): string {
  const minimum = meant(node.minimum);
  const maximum = meant(node.maximum);
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  const parts: string[] = [];
  if (minimum !== undefined) parts.push(`of at least ${minimum}`);
  if (node.exclusiveMinimum !== undefined) parts.push(`above ${node.exclusiveMinimum}`);
  if (maximum !== undefined) parts.push(`of at most ${maximum}`);
  if (node.exclusiveMaximum !== undefined) parts.push(`below ${node.exclusiveMaximum}`);
  return parts.length === 0 ? "" : ` ${parts.join(" and ")}`;
}

/** zod bounds every whole number by what a double holds exactly; that bound is no choice of ours. */
function meant(bound: number | undefined): number | undefined {
  return bound === undefined || Math.abs(bound) === Number.MAX_SAFE_INTEGER ? undefined : bound;
}
