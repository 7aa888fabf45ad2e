/** From whole numbers other than 0 to codes of at least 1. A `Map` of large numbers would keep an object for each. */
export class NumberCodes {
  private keys = new Float64Array(64);
  private codes = new Uint32Array(64);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** 0 for a number that has none. */
  get(key: number): number {
    return this.codes[this.placeOf(key)]!;
  }

  /** Of a number that has none yet. */
  add(key: number, code: number): void {
    if (2 * ++this.count > this.keys.length) this.grow();
    this.put(key, code);
  }

  *entries(): Iterable<readonly [key: number, code: number]> {
    for (let at = 0; at < this.keys.length; at++)
      if (this.codes[at]! > 0) yield [this.keys[at]!, this.codes[at]!];
  }

  private put(key: number, code: number): void {
    const at = this.placeOf(key);
    this.keys[at] = key;
    this.codes[at] = code;
  }

  /** Where the number is, or the free place for it (Knuth 1998, section 6.4, linear probing). */
  private placeOf(key: number): number {
    const { keys } = this;
    const last = keys.length - 1;
    const high = Math.trunc(key / 2 ** 32);
    let hash = Math.imul((key | 0) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
    hash ^= hash >>> 15;
    let at = hash & last;
    while (keys[at] !== 0 && keys[at] !== key) at = (at + 1) & last;
    return at;
  }

  private grow(): void {
    const entries = [...this.entries()];
    this.keys = new Float64Array(2 * this.keys.length);
    this.codes = new Uint32Array(this.keys.length);
    for (const [key, code] of entries) this.put(key, code);
  }
}
