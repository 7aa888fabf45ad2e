/** A study as Optuna has it, whatever file it lies in. */

export type OptunaState = "RUNNING" | "COMPLETE" | "PRUNED" | "FAIL" | "WAITING";

/** optuna/distributions.py: what a parameter is drawn from, as its own JSON has it. */
export type OptunaDistribution =
  | {
      readonly name: "FloatDistribution";
      readonly attributes: {
        readonly step: number | null;
        readonly low: number;
        readonly high: number;
        readonly log: boolean;
      };
    }
  | {
      readonly name: "IntDistribution";
      readonly attributes: {
        readonly log: boolean;
        readonly step: number;
        readonly low: number;
        readonly high: number;
      };
    }
  | {
      readonly name: "CategoricalDistribution";
      readonly attributes: { readonly choices: readonly (string | number | boolean | null)[] };
    };

export interface OptunaParam {
  readonly name: string;
  /** The number itself, also on logarithmic scales; of a categorical the index of its choice. */
  readonly value: number;
  readonly distribution: OptunaDistribution;
}

export interface OptunaTrial {
  /** From 0. */
  readonly number: number;
  readonly state: OptunaState;
  /** Milliseconds since 1970. */
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  /** One per direction; empty without a value. May be infinite, never NaN. */
  readonly values: readonly number[];
  readonly params: readonly OptunaParam[];
  /** Step and value; NaN and infinities are kept. */
  readonly intermediate: readonly (readonly [step: number, value: number])[];
  /** One per constraint: at most 0 where it is kept. Empty in a study without any. */
  readonly constraints: readonly number[];
  readonly userAttrs: Readonly<Record<string, unknown>>;
}

export interface OptunaStudy {
  readonly name: string;
  /** One per objective. */
  readonly directions: readonly ("MINIMIZE" | "MAXIMIZE")[];
  /** One per objective; empty where the study does not name them. */
  readonly metricNames: readonly string[];
  readonly userAttrs: Readonly<Record<string, unknown>>;
  readonly trials: readonly OptunaTrial[];
}
