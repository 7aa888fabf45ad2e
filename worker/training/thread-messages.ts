import type { EngineAssignment } from "../protocol/assignment.ts";
import type { EngineInfo } from "../protocol/messages.ts";
import type { Finished, Interruption, Progress } from "./trainer.ts";

/** To the training thread. `data` is sent only when it differs from the file sent before. */
export interface RunOrder {
  readonly assignment: EngineAssignment;
  readonly data?: Uint8Array;
  readonly weights?: Uint8Array;
}

/** From the training thread. */
export type ThreadNews =
  | { readonly kind: "ready"; readonly engine: EngineInfo }
  | { readonly kind: "cannot_start"; readonly message: string }
  | { readonly kind: "progress"; readonly news: Progress }
  | { readonly kind: "finished"; readonly finished: Finished };

export interface ThreadOptions {
  /** "auto" or an engine's name. */
  readonly engine: string;
  /** One 32-bit word shared by both sides: an index into `interruptionCodes`. */
  readonly flag: SharedArrayBuffer;
}

/** Codes in the shared word. Shared memory, because a training thread does not read messages between batches. */
export const interruptionCodes: readonly (Interruption | null)[] = [null, "stop", "pause", "hand_back"];
