import type { Clock } from "../../../worker/protocol/clock.ts";

/** A process, or what else can end at once: nothing of it happens after its end. */
export class Life {
  alive = true;
  /** Stopped, as by SIGSTOP: what should happen happens then, in its order. */
  frozenUntil = 0;
  /** What should have happened meanwhile. */
  readonly held: (() => void)[] = [];

  /** Stops it until then, or until it would go on anyway if that is later. */
  freeze(until: number): void {
    this.frozenUntil = Math.max(this.frozenUntil, until);
  }

  end(): void {
    this.alive = false;
  }
}

interface Moment {
  readonly at: number;
  readonly order: number;
  readonly life: Life;
  readonly run: () => void;
}

/** 2026-01-01: records have dates. */
const epoch = 1_767_225_600_000;

/** The time of a simulated world: it stands still but for jumping to what happens next. Milliseconds. */
export class VirtualTime {
  now = 0;
  private readonly ever = new Life();
  private order = 0;
  /** A binary heap by time, then by the order of asking. */
  private readonly heap: Moment[] = [];

  /** Milliseconds since 1970. */
  get date(): number {
    return epoch + Math.round(this.now);
  }

  /** Calls back unless the life has ended by then. */
  after(ms: number, life: Life, run: () => void): void {
    const moment = { at: this.now + Math.max(0, ms), order: this.order++, life, run };
    const { heap } = this;
    let index = heap.push(moment) - 1;
    for (
      let parent = (index - 1) >> 1;
      index > 0 && isBefore(moment, heap[parent]!);
      parent = (index - 1) >> 1
    ) {
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = moment;
  }

  /** Lets the next thing happen; false: nothing ever will. */
  step(): boolean {
    for (let next = this.take(); next !== undefined; next = this.take()) {
      if (!next.life.alive) continue;
      if (next.life.frozenUntil > next.at) {
        this.hold(next);
        continue;
      }
      this.now = next.at;
      next.run();
      return true;
    }
    return false;
  }

  /** The clock of a life. */
  clock(life: Life): Clock {
    const born = this.now;
    const after: Clock["after"] = (ms, callback) => {
      let wanted = true;
      this.after(ms, life, () => wanted && callback());
      return () => (wanted = false);
    };
    return {
      now: () => this.date,
      monotonic: () => this.now - born,
      after,
      idle: after,
      every: (ms, callback) => {
        let wanted = true;
        const again = (): void => {
          if (!wanted) return;
          callback();
          this.after(ms, life, again);
        };
        this.after(ms, life, again);
        return () => (wanted = false);
      },
    };
  }

  /** A later freeze may be in force when the first is over: one queue per life keeps the order whatever comes. */
  private hold({ life, run }: Moment): void {
    if (life.held.push(run) === 1) this.thaw(life);
  }

  private thaw(life: Life): void {
    this.after(life.frozenUntil - this.now, this.ever, () => {
      if (life.frozenUntil > this.now) this.thaw(life);
      else for (const run of life.held.splice(0)) this.after(0, life, run);
    });
  }

  private take(): Moment | undefined {
    const { heap } = this;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Moment, b: Moment): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
