import type { Domain, Params, ParamValue } from "../../search/space.ts";
import type { OutcomeKind } from "../../search/history.ts";
import type {
  OptunaDistribution,
  OptunaState,
  OptunaStudy,
  OptunaTrial,
} from "../../storage/optuna/study.ts";
import { plural } from "../../worker/data/errors.ts";
import { UserError } from "../errors.ts";
import type { ForeignHistory, ForeignTrial } from "./history.ts";

const outcomes: Readonly<Partial<Record<OptunaState, OutcomeKind>>> = {
  COMPLETE: "complete",
  PRUNED: "pruned",
  FAIL: "failed",
};

/**
 * The ended trials of an Optuna study. A trial without intermediate values has one report, after epoch 1; steps that
 * begin at 0 are epochs that begin at 1. Throws `UserError` for a study of several objectives.
 */
export function fromOptuna(study: OptunaStudy): ForeignHistory {
  if (study.directions.length !== 1) {
    throw new UserError(
      `the Optuna study ${study.name} has ${study.directions.length} objectives; one is needed`,
    );
  }
  const ended = study.trials.filter(({ state }) => outcomes[state] !== undefined);
  const domains = new Map<string, Domain>();
  for (const { params } of ended) {
    for (const { name, distribution } of params) domains.set(name, domainOf(distribution));
  }
  const open = study.trials.length - ended.length;
  return {
    name: study.name,
    metric: study.metricNames[0] ?? null,
    goal: study.directions[0] === "MAXIMIZE" ? "maximize" : "minimize",
    parameters: [...domains].map(([name, domain]) => ({ name, domain, when: [] })),
    trials: ended.map(trialOf),
    notes: open === 0 ? [] : [`${plural(open, "trial")} left out that had not ended`],
  };
}

function trialOf(trial: OptunaTrial): ForeignTrial {
  const first = trial.intermediate[0]?.[0] ?? 1;
  const shift = first < 1 ? 1 - first : 0;
  const steps = trial.intermediate.map(([step, value]) => [step + shift, value] as const);
  const [value] = trial.values;
  const curve = steps.length > 0 || value === undefined ? steps : [[1, value] as const];
  const isNaNOnly = curve.length > 0 && curve.every(([, each]) => !Number.isFinite(each));
  const outcome = outcomes[trial.state] ?? "failed";
  return {
    params: paramsOf(trial),
    outcome: isNaNOnly && outcome !== "failed" ? "diverged" : outcome,
    curve,
    startedAt: trial.startedAt,
    endedAt: trial.completedAt,
  };
}

function paramsOf({ params }: OptunaTrial): Params {
  return Object.fromEntries(
    params.map(({ name, value, distribution }): [string, ParamValue] => [
      name,
      distribution.name === "CategoricalDistribution"
        ? (distribution.attributes.choices[value] ?? null)
        : value,
    ]),
  );
}

function domainOf(distribution: OptunaDistribution): Domain {
  if (distribution.name === "CategoricalDistribution") {
    return { kind: "categorical", values: distribution.attributes.choices };
  }
  const { low: min, high: max, log, step } = distribution.attributes;
  const scale = log ? "log" : "linear";
  if (min === max) return { kind: "constant", value: min };
  if (distribution.name === "IntDistribution") return { kind: "int", min, max, scale, step: step ?? 1 };
  return { kind: "float", min, max, scale, ...(step === null ? {} : { step }) };
}
