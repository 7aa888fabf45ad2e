import { forkProgram, type Exit, type Program } from "../../worker/protocol/local/fork-program.ts";
import { systemClock, type Clock } from "../../worker/protocol/clock.ts";
import { slotNewsSchema, type SlotNews, type SlotStart, type ToSlot } from "../../worker/protocol/slot.ts";

export interface SlotKeeperOptions {
  readonly entry: string;
  readonly start: Omit<SlotStart, "kind" | "before">;
  /** Added to the environment of its processes: what makes an engine see one GPU. */
  readonly env: Readonly<Record<string, string>>;
  readonly onNews: (news: SlotNews) => void;
  /** The process ended when it should not have, or could not be started; another follows after `waitMs`. */
  readonly onDeath: (reason: string, waitMs: number) => void;
  /** Default: the system's. */
  readonly clock?: Clock;
}

const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

/** Keeps the process of one slot alive: one that dies is replaced, after a wait that grows while no trial starts. */
export class SlotKeeper {
  /** The slot is over: asked to finish, at its study's end, or for a reason that starting again would not mend. */
  readonly over: Promise<void>;
  private readonly options: SlotKeeperOptions;
  private resolveOver: () => void = () => {};
  private program: Program | null = null;
  private stopWaiting: () => void = () => {};
  private waitMs = firstWaitMs;
  private finishing = false;
  private fatal = false;

  constructor(options: SlotKeeperOptions) {
    this.options = options;
    this.over = new Promise((resolve) => {
      this.resolveOver = resolve;
    });
    this.spawn(null);
  }

  get pid(): number | undefined {
    return this.program?.pid;
  }

  /** Hands back what runs, with a checkpoint, and ends. */
  finish(): void {
    this.finishing = true;
    this.stopWaiting();
    if (this.program === null) this.resolveOver();
    else this.send({ kind: "finish" });
  }

  /** Ends at once. */
  kill(): void {
    this.finish();
    this.program?.kill();
  }

  private spawn(before: string | null): void {
    const { entry, env, start } = this.options;
    this.program = forkProgram(entry, [], env);
    this.program.channel.onFrame((raw) => this.hear(raw));
    this.send({ kind: "start", ...start, ...(before === null ? {} : { before }) });
    void this.program.over.then((exit) => this.ended(exit));
  }

  private send(frame: ToSlot): void {
    this.program?.channel.send(frame);
  }

  private hear(raw: unknown): void {
    const news = slotNewsSchema.safeParse(raw).data;
    if (news === undefined) return;
    if (news.kind === "started") this.waitMs = firstWaitMs;
    if (news.kind === "fatal") this.fatal = true;
    this.options.onNews(news);
  }

  private ended({ code, reason }: Exit): void {
    this.program = null;
    if (this.finishing || this.fatal || code === 0) {
      this.resolveOver();
      return;
    }
    this.options.onDeath(reason, this.waitMs);
    const { clock = systemClock } = this.options;
    this.stopWaiting = clock.after(this.waitMs, () => this.spawn(reason));
    this.waitMs = Math.min(this.waitMs * 2, longestWaitMs);
  }
}
