import { z } from "zod";
import type { EventRow, Write } from "../../storage/store.ts";
import { attemptRefSchema } from "../../worker/protocol/ids.ts";
import type { AttemptRef } from "../../worker/protocol/ids.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import type { Oddity } from "./admission.ts";

/** Name of the event that keeps such a message. */
export const asideEvent = "set_aside";

/** Messages kept in the database; what comes beyond is counted only. */
const keptLimit = 1000;

const rowSchema = z.object({ message: z.object({ ref: attemptRefSchema, n: z.int() }) });
const recordSchema = z.object({
  ...rowSchema.shape,
  kind: z.enum(["unknown_study", "unknown_trial", "unknown_attempt", "impossible", "unrecordable"]),
  why: z.string(),
});

/**
 * Messages that cannot be meant for the study as it is: kept as events of the study, counted, and said once per
 * kind of oddity. They never stand in the way of those behind them.
 *
 * Attempts of a future that this database does not know (it was restored from an older copy) may still run. They
 * are remembered, so that this coordinator numbers its own above them.
 */
export class Aside {
  private readonly study: string;
  private readonly seen = new Set<string>();
  private readonly said = new Set<Oddity["kind"]>();
  /** Newest attempt heard of, by trial, that the database did not know. */
  private readonly foreign = new Map<number, number>();
  private total = 0;

  /** `events`: of the study, from runs before. */
  constructor(study: string, events: readonly EventRow[] = []) {
    this.study = study;
    for (const { name, data } of events) {
      const row = name === asideEvent ? rowSchema.safeParse(data) : null;
      if (row?.success !== true) continue;
      this.seen.add(keyOf(row.data.message));
      this.heardOf(row.data.message.ref);
    }
  }

  /** Messages kept aside since this process took up the study. */
  get count(): number {
    return this.total;
  }

  /** What is to be recorded of the message; `null`: nothing, it is known or one too many. */
  draft(message: WorkerMessage, oddity: Oddity, at: number): Write | null {
    if (this.seen.size >= keptLimit || this.seen.has(keyOf(message))) return null;
    const data = { kind: oddity.kind, why: oddity.words, message };
    return { kind: "event", name: asideEvent, data, at };
  }

  /** The message is recorded with this data, as `draft` wrote it. Returns what is to be said of it. */
  keptAs(data: unknown): string | null {
    const { kind, why, message } = recordSchema.parse(data);
    return this.kept(message, { kind, words: why });
  }

  /** The message is recorded, or need not be. Returns what is to be said of it. */
  kept(message: Pick<WorkerMessage, "ref" | "n">, { kind, words }: Oddity): string | null {
    if (this.seen.has(keyOf(message))) return null;
    if (this.seen.size < keptLimit) this.seen.add(keyOf(message));
    this.total += 1;
    if (kind === "unknown_trial" || kind === "unknown_attempt") this.heardOf(message.ref);
    if (this.said.has(kind)) return null;
    this.said.add(kind);
    return words;
  }

  /** Somebody trains, or trained, this attempt, which the database need not know. */
  heardOf({ study, trial, attempt }: AttemptRef): void {
    if (study !== this.study) return;
    this.foreign.set(trial, Math.max(attempt, this.foreign.get(trial) ?? 0));
  }

  /** The newest attempt of the trial that a message named here; 0: none. */
  newestHeardOf(trial: number): number {
    return this.foreign.get(trial) ?? 0;
  }
}

function keyOf({ ref, n }: Pick<WorkerMessage, "ref" | "n">): string {
  return `${ref.study}.${ref.trial}.${ref.attempt}.${n}`;
}
