import { judge } from "../../search/goals/goals.ts";
import type { TrialState } from "../../search/history.ts";
import { domainSize, valueAt } from "../../search/levels.ts";
import { sameValue, type Domain, type ParamValue } from "../../search/space.ts";
import type {
  OptunaDistribution,
  OptunaParam,
  OptunaState,
  OptunaStudy,
  OptunaTrial,
} from "../../storage/optuna/study.ts";
import { version } from "../../worker/version.ts";
import { goalsOf } from "../config/study-goals.ts";
import { rankingValue, workerOf, type StudyRecord, type ExportedTrial } from "./study-record.ts";

const states: Readonly<Record<TrialState, OptunaState>> = {
  complete: "COMPLETE",
  pruned: "PRUNED",
  diverged: "FAIL",
  failed: "FAIL",
  cancelled: "FAIL",
  invalid: "FAIL",
  running: "RUNNING",
  paused: "RUNNING",
};

/**
 * A study as Optuna has it. A complete trial has the value of its best epoch, as our leaderboard; a pruned one its last,
 * as Optuna's own; steps are epochs. With several metrics only complete trials have values: Optuna prunes none there.
 */
export function toOptuna(record: StudyRecord): OptunaStudy {
  const { study, parameters, trials, goals } = record;
  const encoders = parameters.map(({ name, domain }) => ({ name, ...encoderOf(domain) }));
  const metrics = goals?.view.metrics ?? [{ name: study.metric, goal: study.goal }];
  return {
    name: study.name,
    directions: metrics.map(({ goal }) => (goal === "minimize" ? "MINIMIZE" : "MAXIMIZE")),
    metricNames: metrics.map(({ name }) => name),
    userAttrs: {
      seqtune: version,
      sweep: study.source,
      baselines: Object.fromEntries(study.baselines.map(({ name, value }) => [name, value])),
    },
    trials: trials.map((one) => toTrial(one, record, encoders)),
  };
}

/** The value of each metric; none where one is missing, as Optuna has no trial with some of them. */
function valuesOf({ trial }: ExportedTrial, { goals }: StudyRecord): readonly number[] {
  const state = states[trial.state];
  if (goals === null || goals.view.metrics.length === 1) {
    const value = state === "PRUNED" ? trial.lastValue : state === "COMPLETE" ? trial.value : null;
    return value === null ? [] : [value];
  }
  if (state !== "COMPLETE") return [];
  const values = goals.view.metrics.map(({ name }) => goals.byTrial.get(trial.number)?.values[name] ?? null);
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? known : [];
}

/** By how much each constraint is broken; what was not reported breaks it by as much as JSON can say. */
function constraintsOf({ trial }: ExportedTrial, { study, goals }: StudyRecord): readonly number[] {
  const values = goals?.byTrial.get(trial.number)?.values;
  const judged = goalsOf(study);
  if (values === undefined || judged === undefined) return [];
  const { excesses } = judge(judged, (name) => values[name]);
  return Array.from(excesses, (excess) => Math.min(excess, Number.MAX_VALUE));
}

interface Encoder {
  readonly distribution: OptunaDistribution;
  /** The value as Optuna stores it; undefined for one the distribution does not have. */
  readonly encode: (value: ParamValue) => number | undefined;
}

function toTrial(
  record: ExportedTrial,
  study: StudyRecord,
  encoders: readonly (Encoder & { readonly name: string })[],
): OptunaTrial {
  const { trial, curve } = record;
  const state = states[trial.state];
  const values = valuesOf(record, study);
  const goals = study.goals?.byTrial.get(trial.number);
  return {
    number: trial.number,
    // Optuna cannot hold a complete trial without a value.
    state: state === "COMPLETE" && values.length === 0 ? "FAIL" : state,
    startedAt: trial.at,
    completedAt: trial.endedAt,
    values,
    params: encoders.flatMap(({ name, distribution, encode }): OptunaParam[] => {
      const given = trial.params[name];
      const internal = given === undefined ? undefined : encode(given);
      return internal === undefined ? [] : [{ name, value: internal, distribution }];
    }),
    intermediate: curve.map((report) => [report.epoch, rankingValue(report, study.study.metric)] as const),
    constraints: constraintsOf(record, study),
    userAttrs: {
      outcome: trial.state,
      reason: trial.reason,
      best_value: trial.value,
      best_epoch: trial.bestEpoch,
      skill: record.skill,
      worker: workerOf(record),
      seed: trial.seed,
      ...(goals !== undefined && { feasible: goals.feasible, broken: goals.broken.join("; ") }),
    },
  };
}

function encoderOf(domain: Domain): Encoder {
  if (domain.kind === "float" || domain.kind === "int") {
    return {
      distribution: rangeOf(domain),
      encode: (value) => (typeof value === "number" ? value : undefined),
    };
  }
  const values = domain.kind === "constant" ? [domain.value] : domain.values;
  return {
    distribution: { name: "CategoricalDistribution", attributes: { choices: values.map(choiceOf) } },
    encode(value) {
      const index = values.findIndex((other) => sameValue(other, value));
      return index < 0 ? undefined : index;
    },
  };
}

/** Optuna refuses a step beside a logarithmic scale, and cuts a range whose steps do not arrive at its end. */
function rangeOf(domain: Extract<Domain, { kind: "float" | "int" }>): OptunaDistribution {
  const log = domain.scale === "log";
  const levels = domainSize(domain);
  const high = levels === Infinity ? domain.max : Number(valueAt(domain, levels - 1));
  const { min: low } = domain;
  if (domain.kind === "int") {
    return { name: "IntDistribution", attributes: { log, step: log ? 1 : domain.step, low, high } };
  }
  return {
    name: "FloatDistribution",
    attributes: { step: log ? null : (domain.step ?? null), low, high, log },
  };
}

/** Optuna's choices are single values; a list is written with commas. */
function choiceOf(value: ParamValue): string | number | boolean | null {
  if (value === null || typeof value !== "object") return value;
  return value.join(",");
}
