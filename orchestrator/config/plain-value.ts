/**
 * YAML can say more than a sweep file needs: aliases, tags, keys that reach into objects. Values are made plain here, once, and what
 * is not plain is reported with its place, so that nothing behind this has to be careful.
 */
import { isAlias, isCollection, isMap, isScalar, isSeq, type Pair, type Range as YamlRange } from "yaml";

export type KeyPath = readonly (string | number)[];

/** Offsets in the text: first character, and the one after the last. */
export type Range = readonly [number, number];

export interface Location {
  /** The key, or the value itself for an item of a list. */
  readonly key: Range;
  readonly value: Range;
}

export interface PlainValue {
  readonly value: unknown;
  /** By JSON text of the path. */
  readonly locations: ReadonlyMap<string, Location>;
  readonly problems: readonly { readonly range: Range; readonly message: string }[];
}

/** Keys that reach into an object's machinery instead of naming a property. */
const poisonous: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** Turns YAML nodes into plain objects, lists and scalars, and remembers where each stood. */
export function plainValue(contents: unknown): PlainValue {
  const reader = new Reader();
  const value = reader.read(contents, [], [0, 1]);
  return { value, locations: reader.locations, problems: reader.problems };
}

class Reader {
  readonly locations = new Map<string, Location>();
  readonly problems: { range: Range; message: string }[] = [];

  /** `key`: where the value's key stands. */
  read(node: unknown, path: KeyPath, key: Range): unknown {
    const range = rangeOf(node) ?? key;
    this.locations.set(JSON.stringify(path), { key, value: isCollection(node) && !node.flow ? key : range });
    if (isAlias(node)) return this.refuse(range, "aliases (*) are not allowed; write the value out");
    if (hasAnchor(node)) return this.refuse(range, "anchors (&) are not allowed; write the value out");
    if (isScalar(node)) return node.value;
    if (isSeq(node)) {
      return node.items.map((item, index) => this.read(item, [...path, index], rangeOf(item) ?? range));
    }
    if (isMap(node)) return this.readMap(node.items, path);
    return null;
  }

  private readMap(pairs: readonly Pair[], path: KeyPath): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const pair of pairs) {
      const key = isScalar(pair.key) ? String(pair.key.value) : "";
      const range = rangeOf(pair.key) ?? [0, 1];
      const complaint = keyComplaint(pair.key, key, values);
      if (complaint === undefined) values[key] = this.read(pair.value, [...path, key], range);
      else this.refuse(range, complaint);
    }
    return values;
  }

  private refuse(range: Range, message: string): null {
    this.problems.push({ range, message });
    return null;
  }
}

function keyComplaint(
  node: unknown,
  key: string,
  before: Readonly<Record<string, unknown>>,
): string | undefined {
  if (isAlias(node)) return "aliases (*) are not allowed; write the key out";
  if (hasAnchor(node)) return "anchors (&) are not allowed; write the key without";
  if (key === "<<") return "merge keys (<<) are not allowed; write the keys out";
  if (poisonous.has(key)) return `"${key}" is not allowed as a key`;
  if (Object.hasOwn(before, key)) return `the key "${key}" is given twice; keep one`;
  return undefined;
}

function hasAnchor(node: unknown): boolean {
  return (isScalar(node) || isCollection(node)) && node.anchor !== undefined;
}

function rangeOf(node: unknown): Range | undefined {
  const known: YamlRange | null | undefined =
    isScalar(node) || isCollection(node) || isAlias(node) ? node.range : undefined;
  return known === null || known === undefined ? undefined : [known[0], known[1]];
}
