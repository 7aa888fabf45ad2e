/**
 * From whole numbers to codes, for at most 65,535 of them. A `Map` of large numbers would keep an object for each; here the
 * table that is looked into at random has two bytes a place, so that those of many columns stay in the processor's cache.
 */
export class NumberCodes {
  /** The numbers in the order in which they came, and their codes. */
  private keys = new Float64Array(128);
  private codes = new Uint32Array(128);
  private count = 0;
  /** Place + 1 of a number in these, where its hash says; 0: none. At most half of them are in use. */
  private places = new Uint16Array(256);

  get size(): number {
    return this.count;
  }

  /** The code of a number, which is `fresh` where it had none. */
  codeOf(key: number, fresh: number): number {
    const { keys, places } = this;
    const last = places.length - 1;
    let at = hashOf(key) & last;
    // Linear probing (Knuth 1998, section 6.4).
    for (; places[at] !== 0; at = (at + 1) & last) {
      const place = places[at]! - 1;
      if (keys[place] === key) return this.codes[place]!;
    }
    keys[this.count] = key;
    this.codes[this.count] = fresh;
    places[at] = ++this.count;
    if (this.count === keys.length) this.grow();
    return fresh;
  }

  forEach(take: (code: number, key: number) => void): void {
    for (let place = 0; place < this.count; place++) take(this.codes[place]!, this.keys[place]!);
  }

  private grow(): void {
    const { keys, codes, count } = this;
    this.keys = new Float64Array(4 * count);
    this.keys.set(keys);
    this.codes = new Uint32Array(4 * count);
    this.codes.set(codes);
    this.places = new Uint16Array(8 * count);
    const last = this.places.length - 1;
    for (let place = 0; place < count; place++) {
      let at = hashOf(keys[place]!) & last;
      while (this.places[at] !== 0) at = (at + 1) & last;
      this.places[at] = place + 1;
    }
  }
}

function hashOf(key: number): number {
  const high = Math.trunc(key / 2 ** 32);
  const hash = Math.imul((key | 0) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}
