/**
 * Which trial repeats which is an event of the study. A repeat is a trial like others to everything that trains it; only ranking and
 * search must know that it is none of the search's own.
 */
import { z } from "zod";
import type { Study, StudyStore, Write } from "../../storage/store.ts";

/** A trial that trains the configuration of another one again. */
export interface Repeat {
  readonly trial: number;
  readonly of: number;
  /** Number of the seed, from 1. */
  readonly seed: number;
}

/** Name of the event that is recorded with each repeat. */
export const repeatEvent = "repeat";

const repeatSchema = z.object({ trial: z.int(), of: z.int(), seed: z.int() });

export function repeatWrite(repeat: Repeat, at: number): Write {
  return { kind: "event", name: repeatEvent, data: repeat, at };
}

export function readRepeat(data: unknown): Repeat {
  return repeatSchema.parse(data);
}

/** Every repeat of the study in the order in which they began. */
export function recordedRepeats(store: StudyStore, study: number): readonly Repeat[] {
  return store
    .events(study)
    .filter(({ name }) => name === repeatEvent)
    .map(({ data }) => readRepeat(data));
}

/** As recordedRepeats; none are looked for, among the many events of a study, where its sweep asks for none. */
export function repeatsOf(store: StudyStore, { id, config }: Study): readonly Repeat[] {
  const asks = typeof config === "object" && config !== null && "repeats" in config;
  return asks ? recordedRepeats(store, id) : [];
}
