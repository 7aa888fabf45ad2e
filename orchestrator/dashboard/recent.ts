/** Answers made a moment ago, for as long as the database is the same: twenty pages that open at once are one reading. */
export class Recent {
  private readonly kept = new Map<string, { readonly version: number; readonly answer: unknown }>();

  /** `make`'s answer, or the one it gave at the same version. */
  of<T>(name: string, version: number, make: () => T): T {
    const known = this.kept.get(name);
    if (known?.version === version) {
      this.keep(name, known);
      return known.answer as T; // made by the same `make`, as names are
    }
    const answer = make();
    this.keep(name, { version, answer });
    // One that failed is made again.
    if (answer instanceof Promise) answer.catch(() => this.kept.delete(name));
    return answer;
  }

  text(name: string, version: number, make: () => string): string {
    return this.of(name, version, make);
  }

  /** The newest few, in the order of their use. */
  private keep(name: string, entry: { readonly version: number; readonly answer: unknown }): void {
    this.kept.delete(name);
    this.kept.set(name, entry);
    if (this.kept.size > most) this.kept.delete(this.kept.keys().next().value!);
  }
}

const most = 6;
