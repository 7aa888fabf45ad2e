import type { Goal } from "../../../search/scores.ts";
import type { StudyBaseline } from "../../../storage/store.ts";
import type { ClassSummary, PartSummary } from "../../../worker/data/summary.ts";
import type { SizingAdvice } from "../../../worker/protocol/sizing.ts";
import type { Span } from "./data-check.ts";
import type { ModelSize } from "./model-size.ts";
import type { TimeEstimate } from "./workload.ts";

export interface PartCheck extends Omit<PartSummary, "samples"> {
  readonly samples: Span;
}

/** What a sweep would do. The shape of `check --json`: fields are added, never changed. */
export interface SweepCheck extends DataCheck {
  readonly baselines: readonly BaselineCheck[];
}

export type BaselineCheck = StudyBaseline & { readonly skill: number | null };

/** All of it but the baselines, which take longer. */
export interface DataCheck {
  readonly name: string;
  readonly file: string;
  readonly metric: string;
  readonly goal: Goal;
  readonly data: {
    readonly file: string;
    readonly rows: number;
    readonly series: number;
    /** First and last time in UTC, and the usual milliseconds between rows. */
    readonly time: { readonly from: string; readonly to: string; readonly step: number | null } | null;
    /** Names of the inputs of the configuration with the most. */
    readonly features: readonly string[];
    readonly outputs: readonly string[];
    /** Classification only: how often each class is met in the training part. */
    readonly classes: readonly ClassSummary[];
    readonly window: Span;
    /** Layout wide: the columns that are the steps of a sample, in order. */
    readonly steps: readonly string[] | null;
    /** How often a trial is trained, and its training rows (layout series) or samples; the parts are the last fold's. */
    readonly folds: { readonly count: number; readonly train: Span } | null;
    readonly parts: Readonly<Record<"train" | "validation" | "test", PartCheck>>;
  };
  readonly search: {
    readonly method: string;
    /** The model that method bayes takes, and why; `null` for other methods. */
    readonly model: { readonly name: "gp" | "tpe"; readonly reason: string } | null;
    /** Parameters with more than one value. */
    readonly parameters: number;
    /** Configurations; `null` when a parameter is continuous. */
    readonly size: number | null;
    /** `null`: until the time is over. */
    readonly trials: number | null;
    /** What a trial goes through: epochs of training, or steps of a range test. */
    readonly unit: "epoch" | "step";
    readonly epochs: number;
    /** The best are trained again: how many, and how often at most. */
    readonly repeats: { readonly top: number; readonly seeds: number } | null;
    readonly wallTimeMs: number | null;
    readonly target: number | null;
    readonly pruners: readonly Readonly<Record<string, unknown>>[];
    readonly workers: number;
    readonly engine: string;
  };
  readonly largestModel: ModelSize & { readonly batch: number };
  /** Rows and targets as numbers in one worker, bytes. */
  readonly dataBytes: number;
  readonly hidden: {
    readonly advice: readonly SizingAdvice[];
    /** Units beyond which training samples can be learned by heart. */
    readonly bound: { readonly strict: number; readonly loose: number };
  };
  /** Milliseconds without early stops; `null` when the number of trials is open. */
  readonly time: TimeEstimate | null;
  readonly warnings: readonly string[];
}
