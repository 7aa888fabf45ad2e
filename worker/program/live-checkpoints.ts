import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { pause, type Clock } from "../protocol/clock.ts";
import { packFolder } from "../protocol/program/archive.ts";

export interface LiveCheckpointsOptions {
  readonly folder: string;
  /** Between two of them. */
  readonly everyMs: number;
  /** For so long neither a report comes nor the folder changes: it holds what the newest report stands for, whole. */
  readonly restMs: number;
  /** The newest report. */
  readonly epoch: () => number;
  readonly onCheckpoint: (epoch: number, bytes: Uint8Array) => void;
  readonly clock: Clock;
}

/**
 * Copies of a program's checkpoint folder while it runs, so that the death of its machine costs minutes and not the trial. What is
 * being written is never taken.
 */
export class LiveCheckpoints {
  private readonly options: LiveCheckpointsOptions;
  private readonly over = new AbortController();
  private takenAt: number;
  private underWay: Promise<void> | null = null;
  private newest = "";

  constructor(options: LiveCheckpointsOptions) {
    this.options = options;
    this.takenAt = options.clock.monotonic();
  }

  /** After each report. Where the last copy is too young, the next one is taken when it is old enough, without a further report. */
  reported(): void {
    if (this.underWay !== null || this.over.signal.aborted) return;
    const { clock, everyMs } = this.options;
    const waitMs = this.takenAt + everyMs - clock.monotonic();
    this.underWay = this.take(waitMs)
      .catch(() => {}) // files come and go under our hands: the next report is another chance
      .finally(() => (this.underWay = null));
  }

  /** None is taken once this has resolved. */
  async end(): Promise<void> {
    this.over.abort();
    await this.underWay;
  }

  /** Waits for a rest however long it takes: the next report may be far, or never come. */
  private async take(afterMs: number): Promise<void> {
    const { folder, restMs, epoch, onCheckpoint, clock } = this.options;
    const { signal } = this.over;
    if (afterMs > 0) await pause(clock, afterMs, signal);
    for (;;) {
      const of = epoch();
      const before = await stateOf(folder);
      if (before === this.newest) return;
      const isAtRest = async (): Promise<boolean> => epoch() === of && (await stateOf(folder)) === before;
      await pause(clock, restMs, signal);
      if (signal.aborted) return;
      if (!(await isAtRest())) continue;
      const { bytes } = await packFolder(folder, "checkpoint folder");
      if (signal.aborted) return;
      if (bytes !== null && !(await isAtRest())) continue;
      this.newest = before;
      this.takenAt = clock.monotonic();
      if (bytes !== null) onCheckpoint(of, bytes);
      return;
    }
  }
}

/** The same text as long as no file is written, made, replaced or removed. */
async function stateOf(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const files = names.toSorted().map(async (name) => {
    const { ino, size, mtimeNs } = await lstat(path.join(folder, name), { bigint: true });
    return `${name} ${ino} ${size} ${mtimeNs}`;
  });
  return (await Promise.all(files)).join("\n");
}
