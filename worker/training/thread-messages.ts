import type { EngineAssignment } from "../protocol/assignment.ts";
import type { EngineInfo } from "../protocol/messages.ts";
import type { Finished, Interruption, Progress } from "./trainer.ts";

/** Bytes of data files that the training thread keeps; the agent's side reckons with the same. */
export const keptFileBytes = 512 * 2 ** 20;

/** To the training thread. */
export interface RunOrder {
  readonly assignment: EngineAssignment;
  /** Absent where the thread still has the file. */
  readonly data?: Uint8Array;
  readonly weights?: Uint8Array;
  readonly baselines?: Uint8Array;
}

/** An order among those that the thread runs at the same time. */
export interface NumberedOrder {
  readonly run: number;
  /** One 32-bit word shared by both sides: an index into `interruptionCodes`. */
  readonly flag: SharedArrayBuffer;
  readonly order: RunOrder;
}

/** From the training thread. */
export type ThreadNews =
  /** `lanes`: how many trials the engine trains well at the same time. */
  | { readonly kind: "ready"; readonly engine: EngineInfo; readonly lanes: number }
  | { readonly kind: "cannot_start"; readonly message: string }
  | { readonly kind: "progress"; readonly run: number; readonly news: Progress }
  | { readonly kind: "finished"; readonly run: number; readonly finished: Finished };

export interface ThreadOptions {
  /** "auto" or an engine's name. */
  readonly engine: string;
}

/** Codes in the shared word. Shared memory, because a training thread does not read messages between batches. */
export const interruptionCodes: readonly (Interruption | null)[] = [null, "stop", "pause", "hand_back"];
