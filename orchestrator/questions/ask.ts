import type { Assignment, EngineAssignment } from "../../worker/protocol/assignment.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";

/** The messages of each assignment, in order. */
export type Answers = readonly (readonly WorkerMessage[])[];

/**
 * Port: workers do assignments that belong to no study's run (evaluate, predict, a range test) and answer. Rejects with
 * `DataError` when one fails by its data, with `UserError` when it fails by something else or the signal fires.
 */
export type Ask<A extends Assignment = EngineAssignment> = (
  assignments: readonly A[],
  signal: AbortSignal,
) => Promise<Answers>;

export const interrupted = "interrupted";
