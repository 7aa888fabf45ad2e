/** What arrives one after another, for one reader. */
export class Inbox<T> implements AsyncIterable<T> {
  private readonly waiting: T[] = [];
  private isOver = false;
  private wake: () => void = () => {};

  put(item: T): void {
    this.waiting.push(item);
    this.wake();
  }

  /** What has arrived is still read. */
  end(): void {
    this.isOver = true;
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const next = this.waiting.shift();
      if (next !== undefined) yield next;
      else if (this.isOver) return;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
