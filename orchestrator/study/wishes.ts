/** Enqueued configurations are events of the study: a resumed study tries those that were still waiting, in the same order. */
import { z } from "zod";
import type { Params } from "../../search/space.ts";
import type { StudyStore, Write } from "../../storage/store.ts";
import { paramsSchema } from "../config/param-value.ts";

/** A configuration that someone wants tried before the sampler's own, while the study runs. */
export interface Wish {
  readonly params: Params;
  /** The request that asked for it (`StudyStore.requests`); 0: recorded without one, as no process drove the study. */
  readonly request: number;
}

/** Name of the event that records it. */
export const wishEvent = "enqueued_later";
/** Origin of the trials that try them. */
export const wishedOrigin = "enqueued later";

const wishSchema = z.object({ params: paramsSchema, request: z.int().min(0) });

export function wishWrite(wish: Wish, at: number): Write {
  return { kind: "event", name: wishEvent, data: wish, at };
}

export function readWish(data: unknown): Wish {
  return wishSchema.parse(data);
}

/** All of a study, in their order. */
export function recordedWishes(store: StudyStore, study: number): readonly Wish[] {
  return store
    .events(study)
    .filter(({ name }) => name === wishEvent)
    .map(({ data }) => readWish(data));
}

/** What was enqueued while the study ran, in order, and how much of it has been started. */
export class Wishes {
  private readonly all: Wish[];
  private begun: number;

  constructor(all: readonly Wish[] = [], begun = 0) {
    this.all = [...all];
    this.begun = begun;
  }

  /** The first that was not started; `null`: none is left. */
  get next(): Params | null {
    return this.all[this.begun]?.params ?? null;
  }

  /** Was this request granted already? */
  has(request: number): boolean {
    return request > 0 && this.all.some((wish) => wish.request === request);
  }

  add(wish: Wish): void {
    this.all.push(wish);
  }

  /** A trial was added: it may be the one that starts the next. */
  started(origin: string | null): void {
    if (origin === wishedOrigin && this.begun < this.all.length) this.begun += 1;
  }
}
