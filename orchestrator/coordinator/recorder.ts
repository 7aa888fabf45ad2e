/**
 * A refused record is one of two things. A full disk passes, and the same record is tried again; a message that the database can
 * never take would be tried for ever, and hold up all those behind it. This is where they part.
 */
import { StoreError } from "../../storage/errors.ts";
import type { Durability, StudyStore, Write, Written } from "../../storage/store.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import type { Driver } from "../study/driver.ts";
import { partsOf } from "../study/messages.ts";

/** The database can take this never, rather than not now. */
export class Unrecordable extends Error {
  constructor(cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(why, { cause });
    this.name = "Unrecordable";
  }
}

/** Records of one study; throws `StoreError` when the disk refuses now, and `Unrecordable`. */
export function recorderOf(
  store: StudyStore,
  study: number,
): (writes: readonly Write[], durability: Durability) => readonly Written[] {
  return (writes, durability) => {
    try {
      return store.record(study, writes, durability);
    } catch (error) {
      throw error instanceof StoreError ? error : new Unrecordable(error);
    }
  };
}

/** As `recorderOf`, for all that `work` records. */
export function groupOf(store: StudyStore): (durability: Durability, work: () => void) => void {
  return (durability, work) => store.together(durability, work);
}

/**
 * Hands messages to the machine, all in one transaction, to which what `then` records belongs as well. A worker on another machine
 * forgets what is committed, so that has to survive the loss of power; local ones hear of it later (LocalCoordinatorBus).
 */
export function deliverTogether(
  driver: Driver,
  messages: readonly WorkerMessage[],
  { judged, remote }: { readonly judged: boolean; readonly remote: boolean },
  at: number,
  then = (): void => {},
): void {
  driver.together(remote ? "power" : "process", () => {
    deliver(driver, messages, judged, at);
    then();
  });
}

/**
 * Hands messages to the machine, part by part. A message that the database can never take is kept aside, and those
 * around it go on.
 */
export function deliver(
  driver: Driver,
  messages: readonly WorkerMessage[],
  judged: boolean,
  at: number,
): void {
  try {
    for (const part of partsOf(messages, judged)) driver.send({ kind: "messages", messages: part, at });
  } catch (error) {
    if (!(error instanceof Unrecordable)) throw error;
    const half = Math.ceil(messages.length / 2);
    const [first] = messages;
    const words = `a message that cannot be recorded is kept aside: ${error.message}`;
    if (messages.length === 1) driver.send({ kind: "unrecordable", message: first!, words, at });
    else
      for (const part of [messages.slice(0, half), messages.slice(half)]) deliver(driver, part, judged, at);
  }
}
