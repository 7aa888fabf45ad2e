import type { Rng } from "../../search/random.ts";

/** Values that no message of ours holds in most places. */
const oddValues: readonly unknown[] = [
  null,
  true,
  "",
  "NaN",
  "Infinity",
  "-Infinity",
  "null",
  "\u0000",
  "\u001B[2J",
  "\u202Eabc",
  "../../etc",
  "a".repeat(5_000),
  "💥".repeat(300),
  0,
  -0,
  -1,
  0.5,
  1e15,
  -1e308,
  1e308,
  5e-324,
  2 ** 31,
  2 ** 53,
  Number.MAX_SAFE_INTEGER,
  [],
  {},
  [[[[[[]]]]]],
  { toString: 1 },
  Array.from({ length: 300 }, (_, i) => i),
];

const oddKeys = ["__proto__", "constructor", "toString", "kind", "", "n", "x".repeat(200)] as const;

/** Damages messages, the same ways for the same generator: their values, their shape, or their text. */
export class Mutator {
  private readonly rng: Rng;

  constructor(rng: Rng) {
    this.rng = rng;
  }

  /** A damaged copy as JSON text; `others` lend it parts of theirs. Keys in `kept` stay as they are. */
  mutate(value: unknown, others: readonly unknown[], kept: ReadonlySet<string> = new Set()): string {
    if (this.rng.next() < 0.15) return this.damagedText(JSON.stringify(value));
    const copy: unknown = structuredClone(value);
    const changes = this.rng.next() < 0.7 ? 1 : 1 + this.rng.int(4);
    for (let change = 0; change < changes; change++) this.change(copy, others, kept);
    return JSON.stringify(copy);
  }

  private change(root: unknown, others: readonly unknown[], kept: ReadonlySet<string>): void {
    const places = placesIn(root).filter(({ key }) => !kept.has(key));
    if (places.length === 0) return;
    const { holder, key } = this.of(places);
    switch (this.rng.int(8)) {
      case 0:
        Reflect.deleteProperty(holder, key);
        return;
      case 1:
      case 2:
        Reflect.set(holder, key, this.odd());
        return;
      case 3:
        Object.defineProperty(holder, this.of(oddKeys), {
          value: this.odd(),
          enumerable: true,
          configurable: true,
          writable: true,
        });
        return;
      case 4:
        Reflect.set(holder, key, this.nudged(Reflect.get(holder, key)));
        return;
      case 5:
        Reflect.set(holder, key, [Reflect.get(holder, key), structuredClone(Reflect.get(holder, key))]);
        return;
      case 6:
      default:
        this.borrow(holder, key, others, kept);
    }
  }

  /** Takes the value of the same key, or of any, from another message. */
  private borrow(holder: object, key: string, others: readonly unknown[], kept: ReadonlySet<string>): void {
    if (others.length === 0) return;
    const lent = placesIn(structuredClone(this.of(others))).filter((place) => !kept.has(place.key));
    const same = lent.filter((place) => place.key === key);
    const from = same.length > 0 ? same : lent;
    if (from.length === 0) return;
    const place = this.of(from);
    Reflect.set(holder, key, Reflect.get(place.holder, place.key));
  }

  private nudged(value: unknown): unknown {
    if (typeof value === "number") return this.of([value + 1, value - 1, -value, value * 1e6, value + 0.5]);
    if (typeof value === "string") return this.damagedText(value);
    return this.odd();
  }

  private damagedText(text: string): string {
    const at = this.rng.int(Math.max(1, text.length));
    switch (this.rng.int(5)) {
      case 0:
        return text.slice(0, at);
      case 1:
        return text.slice(0, at) + String.fromCharCode(this.rng.int(0x3000)) + text.slice(at + 1);
      case 2:
        return text + text.slice(at);
      case 3:
        return text.slice(0, at) + text.slice(at + 1 + this.rng.int(8));
      default:
        return `[${text},${text.slice(at)}`;
    }
  }

  private odd(): unknown {
    return structuredClone(this.of(oddValues));
  }

  private of<T>(list: readonly T[]): T {
    return list[this.rng.int(list.length)]!;
  }
}

interface Place {
  readonly holder: object;
  readonly key: string;
}

/** Every value within a value, by who holds it. */
function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => [{ holder: value, key }, ...placesIn(Reflect.get(value, key))]);
}
