/** Keeps what was used last, up to a number of bytes; the newest stays whatever its size. */
export class Keep<T> {
  private readonly limit: number;
  /** The least recently used first. */
  private readonly held = new Map<string, { readonly value: T; readonly bytes: number }>();

  constructor(limit: number) {
    this.limit = limit;
  }

  get(key: string): T | undefined {
    const found = this.held.get(key);
    if (found === undefined) return undefined;
    this.held.delete(key);
    this.held.set(key, found);
    return found.value;
  }

  put(key: string, value: T, bytes: number): T {
    this.held.delete(key);
    this.held.set(key, { value, bytes });
    let all = [...this.held.values()].reduce((sum, each) => sum + each.bytes, 0);
    for (const [oldest, each] of this.held) {
      if (all <= this.limit || oldest === key) break;
      this.held.delete(oldest);
      all -= each.bytes;
    }
    return value;
  }
}
