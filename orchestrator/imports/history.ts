/** What is common to the histories of all tools that can be imported. Reading a format ends here, and making a study begins. */
import type { OutcomeKind } from "../../search/history.ts";
import type { Goal } from "../../search/scores.ts";
import type { Params, Parameter } from "../../search/space.ts";

/** A trial that another tool ran. */
export interface ForeignTrial {
  readonly params: Params;
  readonly outcome: OutcomeKind;
  /** Epoch, rising from at least 1, and the metric after it; not finite values are kept. */
  readonly curve: readonly (readonly [epoch: number, value: number])[];
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** What another tool recorded, ready to become a study. */
export interface ForeignHistory {
  readonly name: string;
  /** `null`: the file does not say. */
  readonly metric: string | null;
  readonly goal: Goal | null;
  readonly parameters: readonly Parameter[];
  readonly trials: readonly ForeignTrial[];
  /** What was left out and why, in sentences. */
  readonly notes: readonly string[];
}
