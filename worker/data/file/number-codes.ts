/** From whole numbers other than 0 to codes of at least 1. A `Map` of large numbers would keep an object for each. */
export class NumberCodes {
  private keys = new Float64Array(64);
  private codes = new Uint32Array(64);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The code of a number, which is `fresh` where it had none. */
  codeOf(key: number, fresh: number): number {
    const at = this.placeOf(key);
    if (this.keys[at] === key) return this.codes[at]!;
    this.keys[at] = key;
    this.codes[at] = fresh;
    if (2 * ++this.count > this.keys.length) this.grow();
    return fresh;
  }

  /** In no order. */
  forEach(take: (code: number, key: number) => void): void {
    for (let at = 0; at < this.keys.length; at++) {
      const code = this.codes[at]!;
      if (code > 0) take(code, this.keys[at]!);
    }
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
    const { keys, codes } = this;
    this.keys = new Float64Array(2 * keys.length);
    this.codes = new Uint32Array(2 * keys.length);
    for (let at = 0; at < keys.length; at++) {
      if (codes[at] === 0) continue;
      const place = this.placeOf(keys[at]!);
      this.keys[place] = keys[at]!;
      this.codes[place] = codes[at]!;
    }
  }
}
