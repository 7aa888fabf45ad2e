import type { Clock } from "../../worker/protocol/clock.ts";

/** Lines of one kind that are said in full before they are counted only. */
const saidInFull = 3;
const quietMs = 60_000;

interface Kind {
  said: number;
  kept: number;
  last: string;
}

/**
 * Says what a lab's server and workers make a coordinator say, and no more of one kind than a person reads: the first
 * few in full, of the others once a minute how many there were.
 */
export class ProblemLines {
  private readonly clock: Pick<Clock, "after">;
  private readonly say: (line: string) => void;
  private readonly kinds = new Map<string, Kind>();
  private stopTimer: (() => void) | null = null;

  constructor(clock: Pick<Clock, "after">, say: (line: string) => void) {
    this.clock = clock;
    this.say = say;
  }

  tell(problem: Error): void {
    const key = kindOf(problem);
    const kind = this.kinds.get(key) ?? { said: 0, kept: 0, last: "" };
    this.kinds.set(key, kind);
    this.stopTimer ??= this.clock.after(quietMs, () => this.sumUp());
    if (kind.said < saidInFull) {
      kind.said += 1;
      this.say(problem.message);
      return;
    }
    kind.kept += 1;
    kind.last = problem.message;
  }

  /** Says what was kept back, and nothing more. */
  end(): void {
    this.stopTimer?.();
    this.sumUp();
    this.stopTimer?.();
  }

  private sumUp(): void {
    this.stopTimer = null;
    for (const [key, kind] of this.kinds) {
      if (kind.kept === 0) this.kinds.delete(key);
      else this.say(`${kind.kept} more of this kind, the last: ${kind.last}`);
      kind.kept = 0;
    }
    if (this.kinds.size > 0) this.stopTimer = this.clock.after(quietMs, () => this.sumUp());
  }
}

/** Dropped messages are of one kind, whatever a worker wrote into them; else what differs only in figures is. */
function kindOf({ name, message }: Error): string {
  return name === "MessageDropped" ? name : `${name} ${message.replaceAll(/\d+/g, "#")}`;
}
