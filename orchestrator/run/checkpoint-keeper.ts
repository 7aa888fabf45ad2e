import type { Study, StudyStore } from "../../storage/store.ts";
import type { BlobStore } from "../../worker/protocol/blobs.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";

export interface CheckpointKeeperDeps {
  readonly study: Study;
  readonly store: StudyStore;
  /** Where workers put their checkpoints. */
  readonly blobs: BlobStore;
  readonly notice: (message: string) => void;
}

/**
 * Deletes a trial's checkpoint once a newer one is recorded, so that each open trial keeps one. What an attempt that
 * counts no more stored is left until the study's end: the attempt that does may come to the very same weights.
 */
export class CheckpointKeeper {
  private readonly deps: CheckpointKeeperDeps;
  /** The recorded checkpoint of every open trial that has one. */
  private readonly newest = new Map<number, BlobRef>();
  private readonly strays = new Map<string, BlobRef>();
  private tail: Promise<void> = Promise.resolve();

  constructor(deps: CheckpointKeeperDeps) {
    this.deps = deps;
    for (const { number, state, checkpoint } of deps.store.trials(deps.study.id)) {
      if (checkpoint !== null && isOpen(state)) this.newest.set(number, refOf(checkpoint));
    }
  }

  /** These messages are recorded. */
  committed(messages: readonly WorkerMessage[]): void {
    for (const message of messages) {
      const found = checkpointIn(message);
      if (found !== null) this.compare(message, found.ref, found.epoch);
      else if (message.kind === "ended") this.ended(message.ref.trial);
    }
  }

  /** Deletes what is left of attempts that did not count. Resolves when everything asked for is done. */
  async finish(over: boolean): Promise<void> {
    if (over) for (const stray of this.strays.values()) this.drop(stray);
    await this.tail;
  }

  private compare({ ref }: WorkerMessage, checkpoint: BlobRef, epoch: number): void {
    const { store, study } = this.deps;
    const trial = store.trial(study.id, ref.trial);
    if (trial === null) return;
    const current = isOpen(trial.state) ? trial.checkpoint : null;
    const before = this.newest.get(ref.trial);
    if (current === null) this.newest.delete(ref.trial);
    else this.newest.set(ref.trial, refOf(current));
    if (before !== undefined && before.sha256 !== current?.sha256) this.drop(before);
    if (checkpoint.sha256 === current?.sha256) return;
    // Of the attempt that counts, and behind: several were recorded together, or one came again.
    const replaced = current !== null && ref.attempt === trial.attempts && epoch < current.epoch;
    if (replaced) this.drop(checkpoint);
    else this.strays.set(checkpoint.sha256, checkpoint);
  }

  /** A trial that is over has no checkpoint any more: who keeps its model deletes it. */
  private ended(number: number): void {
    if (!this.newest.has(number)) return;
    const { store, study } = this.deps;
    const trial = store.trial(study.id, number);
    if (trial !== null && !isOpen(trial.state)) this.newest.delete(number);
  }

  private drop(ref: BlobRef): void {
    const { blobs, notice } = this.deps;
    this.strays.delete(ref.sha256);
    const isNeeded = (): boolean => [...this.newest.values()].some(({ sha256 }) => sha256 === ref.sha256);
    this.tail = this.tail
      .then(async () => {
        if (!isNeeded()) await blobs.delete(ref);
      })
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        notice(`a replaced checkpoint could not be deleted: ${reason}`);
      });
  }
}

function isOpen(state: string): boolean {
  return state === "running" || state === "paused";
}

function checkpointIn(message: WorkerMessage): { readonly ref: BlobRef; readonly epoch: number } | null {
  if (message.kind === "checkpoint") return { ref: message.checkpoint, epoch: message.epoch };
  if (message.kind !== "ended") return null;
  const { end } = message;
  if ((end.kind !== "paused" && end.kind !== "handed_back") || end.checkpoint === undefined) return null;
  return { ref: end.checkpoint, epoch: end.epoch };
}

function refOf({ sha256, bytes }: BlobRef): BlobRef {
  return { sha256, bytes };
}
