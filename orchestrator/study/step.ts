import type { Params } from "../../search/space.ts";
import type { Durability, Write } from "../../storage/store.ts";
import type { AttemptRef } from "../../worker/protocol/ids.ts";
import type { Order, WorkerMessage } from "../../worker/protocol/messages.ts";
import type { Ending } from "../coordinator/ending.ts";
import type { StudyEvent } from "../events.ts";
import type { Oddity } from "./admission.ts";
import type { Wish } from "./wishes.ts";

/** What can happen to a study. `at`: milliseconds since 1970, for the records. */
export type MachineEvent =
  /** Messages of workers, of which only the first may be an end where trials are judged (`partsOf`). */
  | { readonly kind: "messages"; readonly messages: readonly WorkerMessage[]; readonly at: number }
  /** The database can never take this message. */
  | {
      readonly kind: "unrecordable";
      readonly message: WorkerMessage;
      readonly words: string;
      readonly at: number;
    }
  /** A free slot is used for this. */
  | {
      readonly kind: "start";
      readonly params: Params;
      readonly origin: string | null;
      readonly at: number;
    }
  | { readonly kind: "continue"; readonly trial: number; readonly toEpoch: number; readonly at: number }
  | { readonly kind: "repeat"; readonly of: number; readonly seed: number; readonly at: number }
  /** Report `n` of the attempt is in the history: is there a verdict? */
  | { readonly kind: "judge"; readonly ref: AttemptRef; readonly n: number; readonly at: number }
  /** No worker trains the attempt any more. `died`: its process did, and the trial may have caused that. */
  | {
      readonly kind: "deserted";
      readonly ref: AttemptRef;
      readonly died: boolean;
      readonly reason: string;
      readonly at: number;
    }
  /** Its settings do not go together: no worker can train the trial. */
  | { readonly kind: "impossible"; readonly ref: AttemptRef; readonly reason: string; readonly at: number }
  /** Someone asked for this trial to be stopped. */
  | { readonly kind: "stop_trial"; readonly trial: number; readonly reason: string; readonly at: number }
  /** Someone found that the result of this ended trial means nothing. */
  | { readonly kind: "invalidate"; readonly trial: number; readonly reason: string; readonly at: number }
  /** Someone wants this configuration tried, one of the space, before the sampler's own. */
  | { readonly kind: "enqueue"; readonly wish: Wish; readonly at: number }
  /** The study is ending, and with it this trial. `withdrawn`: its offer was taken back; `null`: not asked for yet. */
  | {
      readonly kind: "end_trial";
      readonly ref: AttemptRef;
      readonly withdrawn: boolean | null;
      readonly at: number;
    }
  /** A coordinator takes up the study: is there anything that ends it at once? */
  | { readonly kind: "look_back"; readonly at: number }
  /** ... and this open trial of the one before. */
  | { readonly kind: "take_up"; readonly trial: number; readonly at: number }
  /** The study is over for good: trials that wait are pruned. */
  | { readonly kind: "close"; readonly at: number };

/** What a study hears that is recorded nowhere: it is true only while this coordinator lives. */
export type Note =
  /** A worker has the attempt, known before its first message came through. */
  | { readonly kind: "claimed"; readonly ref: AttemptRef; readonly worker: string }
  /** Someone trains, or trained, this attempt, which the database need not know. */
  | { readonly kind: "heard_of"; readonly ref: AttemptRef }
  /** A message like others that were kept aside. */
  | { readonly kind: "kept_aside"; readonly message: WorkerMessage; readonly oddity: Oddity }
  | { readonly kind: "ending"; readonly ending: Ending }
  | { readonly kind: "search_done" }
  | { readonly kind: "repeats_done" };

/** One change of a study's state: a record, once it is on disk, or a note. */
export type Change = Write | Note;

/** What follows from changes, to be done by the one who drives the machine. */
export type Effect =
  | { readonly kind: "tell"; readonly event: StudyEvent }
  /** Comes before everything else that waits. */
  | { readonly kind: "then"; readonly event: MachineEvent }
  | { readonly kind: "offer"; readonly ref: AttemptRef }
  | { readonly kind: "order"; readonly ref: AttemptRef; readonly order: Order }
  /** Ask for the offer back; the answer is an `end_trial`. */
  | { readonly kind: "withdraw"; readonly ref: AttemptRef }
  /** The attempt's end is recorded; `lastWord`: see `CoordinatorBus.settle`. */
  | { readonly kind: "settle"; readonly ref: AttemptRef; readonly lastWord?: Order }
  /** Slots that wait for news decide again. */
  | { readonly kind: "wake" }
  /** This worker must be running something: its lease begins. */
  | { readonly kind: "expect"; readonly worker: string }
  /** No new trials from here on. */
  | { readonly kind: "ending" };

/** What an event asks for: records to be made together, the changes that are no records, and what follows from them all. */
export interface Step {
  readonly changes: readonly Change[];
  readonly durability: Durability;
  readonly effects: readonly Effect[];
}

export const nothing: Step = { changes: [], durability: "process", effects: [] };

const notes: ReadonlySet<Change["kind"]> = new Set<Note["kind"]>([
  "claimed",
  "heard_of",
  "kept_aside",
  "ending",
  "search_done",
  "repeats_done",
]);

export function isNote(change: Change): change is Note {
  return notes.has(change.kind);
}
