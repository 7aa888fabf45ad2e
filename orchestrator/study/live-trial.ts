import type { OutcomeKind } from "../../search/history.ts";
import type { Params } from "../../search/space.ts";
import type { BlobPointer } from "../../storage/store.ts";
import type { NewestReport } from "./admission.ts";

/** Why a running attempt was ordered to end, and what that makes of its trial. */
export interface StandingOrder {
  readonly kind: "stop" | "pause";
  readonly reason: string;
  /** For a stop: the trial's outcome. For a pause: does a sampler hold it, or is the study interrupted? */
  readonly outcome: Extract<OutcomeKind, "pruned" | "cancelled" | "complete"> | "paused" | "interrupted";
}

/** A trial that has not ended. Only `transition` changes it. */
export interface LiveTrial {
  readonly number: number;
  readonly params: Params;
  readonly seed: number;
  /** Epochs it may train in all, until it is continued further. */
  epochs: number;
  /** The newest attempt, the only one that counts; 0 before the first. */
  attempt: number;
  attemptState: "offered" | "running" | "ended";
  /** Attempts that ended by a pause, as they should. */
  pauses: number;
  /** Attempts that failed by the trial's own doing or with their worker process. */
  failures: number;
  /** Who holds the attempt, as far as that is known. */
  worker: string | null;
  /** When the attempt was recorded as started. */
  startedAt: number | null;
  checkpoint: BlobPointer | null;
  order: StandingOrder | null;
  /** Of its attempt. */
  newestReport: NewestReport | null;
  /** While it is paused: why, and the weights of its best epoch. */
  rest: { readonly reason: string; readonly model: BlobPointer | null } | null;
}

export function newTrial(
  fixed: Pick<LiveTrial, "number" | "params" | "seed" | "epochs"> & Partial<LiveTrial>,
): LiveTrial {
  return {
    attempt: 0,
    attemptState: "ended",
    pauses: 0,
    failures: 0,
    worker: null,
    startedAt: null,
    checkpoint: null,
    order: null,
    newestReport: null,
    rest: null,
    ...fixed,
  };
}
