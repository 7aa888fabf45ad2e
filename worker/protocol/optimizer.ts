import type { Arithmetic, Change } from "./optimizer-rules.ts";
import { optimizerNames, ownSettings, recordOf, type OptimizerName, type OwnSetting } from "./optimizers.ts";

/** One step's numbers for the kernels: which rule, and its numbers in their order. */
export interface Update {
  readonly code: number;
  readonly numbers: readonly number[];
}

/** An optimizer with every setting filled in. */
export interface Optimizer {
  readonly learningRate: number;
  readonly weightDecay: number;
  /**
   * What it remembers of each weight, in this order; in a `TrainingState` a slot is named `<slot>/<weight>` and all weights
   * of one slot come before the next slot.
   */
  readonly slots: readonly string[];
  /** What the slots hold before the first step. */
  readonly fill: number;
  /** Steps count from 1. */
  readonly updateFor: (rate: number, step: number) => Update;
  readonly change: <T>(
    ops: Arithmetic<T>,
    g: T,
    slots: readonly T[],
    numbers: readonly number[],
  ) => Change<T>;
}

type Given = { readonly optimizer: OptimizerName } & {
  readonly [name in OwnSetting | "learning_rate" | "weight_decay"]?: number | undefined;
};

export function optimizerOf(given: Given): Optimizer {
  const record = recordOf(given.optimizer);
  const values = Object.fromEntries(
    ownSettings.map((name) => [name, given[name] ?? record.settings[name] ?? 0]),
  ) as Record<OwnSetting, number>;
  const numbers = record.numbers(values);
  return {
    learningRate: given.learning_rate ?? record.learningRate,
    weightDecay: given.weight_decay ?? record.weightDecay ?? 0,
    slots: record.slots(values),
    fill: record.fill ?? 0,
    updateFor: (rate, step) => ({ code: record.rule.code, numbers: numbers(rate, step) }),
    change: record.rule.change,
  };
}

/** Names of the optimizers that have a setting. */
export function optimizersWith(setting: OwnSetting): OptimizerName[] {
  return optimizerNames.filter((name) => recordOf(name).settings[setting] !== undefined);
}

/** `decay of the first moment (adam, adamw, nadam: default 0.9)` */
export function ownSettingText(setting: OwnSetting, about: string): string {
  const byDefault = new Map<number, string[]>();
  for (const name of optimizersWith(setting)) {
    const value = recordOf(name).settings[setting]!;
    byDefault.set(value, [...(byDefault.get(value) ?? []), name]);
  }
  const parts = [...byDefault].map(([value, names]) => `${names.join(", ")}: default ${value}`);
  return `${about} (${parts.join("; ")})`;
}
