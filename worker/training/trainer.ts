import type { Comparison } from "../data/baselines/compare.ts";
import type { Assignment } from "../protocol/assignment.ts";
import type { EvaluationDetail } from "../protocol/evaluation-detail.ts";
import type { InputImportance } from "../protocol/input-importance.ts";
import type { AttemptEnd, EngineInfo, WireMetrics } from "../protocol/messages.ts";
import type { RowsSeen } from "../protocol/retraining.ts";
import type { ProgramLog } from "../protocol/program/spec.ts";

/** What an assignment needs, fetched and checked by hash. */
export interface Material {
  readonly data: Uint8Array;
  /** The checkpoint to go on from, or the model to evaluate. */
  readonly weights?: Uint8Array;
  /** What baselines have learned, for the evaluation of a model. */
  readonly baselines?: Uint8Array;
}

/** News while an assignment runs. File contents are bytes here; the agent stores them and sends their hashes. */
export type Progress =
  | {
      readonly kind: "report";
      readonly epoch: number;
      readonly metrics: WireMetrics;
      readonly seconds: number;
    }
  | { readonly kind: "checkpoint"; readonly epoch: number; readonly bytes: Uint8Array }
  | {
      readonly kind: "evaluated";
      readonly metrics: WireMetrics;
      readonly baselines: Readonly<Record<string, WireMetrics>>;
      readonly windows: number;
      readonly comparisons: readonly Comparison[];
      /** Share of the values to predict that lie outside the range of the training rows; null for classes. */
      readonly outside: number | null;
      readonly detail: EvaluationDetail;
      readonly seen?: RowsSeen;
    }
  | {
      readonly kind: "predicted";
      readonly bytes: Uint8Array;
      readonly samples: number;
      readonly warnings: readonly string[];
    }
  | { readonly kind: "inputs_scored"; readonly found: InputImportance };

/** Why training should end early. */
export type Interruption = "stop" | "pause" | "hand_back";

export interface Finished {
  readonly end: PlainEnd;
  /** Weights of the best epoch. */
  readonly model?: { readonly epoch: number; readonly bytes: Uint8Array };
  /** What a program said. */
  readonly log?: ProgramLog;
  /** Where the trial can go on, for `paused` and `handed_back`. */
  readonly checkpoint?: { readonly epoch: number; readonly bytes: Uint8Array };
}

/** An attempt's end before its files are stored. */
export type PlainEnd =
  | Extract<AttemptEnd, { kind: "complete" | "stopped" | "diverged" | "failed" }>
  | { readonly kind: "paused" | "handed_back"; readonly epoch: number };

/**
 * Runs assignments: one at a time, or as many as its engine has lanes. Guarantees: never throws for what an assignment can cause; that is a `failed`
 * end. An interruption is obeyed before the next batch.
 */
export interface Trainer {
  engine(): Promise<EngineInfo>;
  /** How many assignments it runs well at the same time; one when absent. */
  lanes?(): Promise<number>;
  run(assignment: Assignment, material: Material, onProgress: (news: Progress) => void): Running;
  close(): Promise<void>;
}

export interface Running {
  readonly finished: Promise<Finished>;
  interrupt(how: Interruption): void;
}
