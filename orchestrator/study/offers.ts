import type { BlobPointer, Write } from "../../storage/store.ts";

interface Offered {
  readonly number: number;
  readonly epochs: number;
  readonly checkpoint: BlobPointer | null;
}

/**
 * The record of attempt `attempt` of a trial, which starts where the trial's checkpoint is. Those from `next` on below
 * it run somewhere, by the word of a coordinator whose database is gone: they are recorded as lost, so that nothing
 * they report counts.
 */
export function offersOf(trial: Offered, next: number, attempt: number, at: number): readonly Write[] {
  const writes: Write[] = [];
  for (let foreign = next; foreign < attempt; foreign++) {
    const reason = "of a coordinator whose records are gone";
    writes.push(offer(trial, foreign, at));
    const ended = { kind: "attempt_ended", trial: trial.number, attempt: foreign, state: "lost" } as const;
    writes.push({ ...ended, reason, at });
  }
  return [...writes, offer(trial, attempt, at)];
}

function offer({ number, epochs, checkpoint }: Offered, attempt: number, at: number): Write {
  const fromEpoch = checkpoint?.epoch ?? 0;
  return { kind: "attempt_offered", trial: number, attempt, fromEpoch, toEpoch: epochs, at };
}
