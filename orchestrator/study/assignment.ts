import { watchedMetrics } from "../../search/goals/goals.ts";
import type { Params, ParamValue } from "../../search/space.ts";
import type { Study } from "../../storage/store.ts";
import {
  protocolVersion,
  type Assignment,
  type ProgramAssignment,
  type TrialAssignment,
} from "../../worker/protocol/assignment.ts";
import { secondsMetric } from "../../worker/protocol/cost-metrics.ts";
import type { StudyPlan } from "../coordinator/plan.ts";
import type { LiveTrial } from "./live-trial.ts";
import type { RunState } from "./state.ts";

/** What the worker of a trial's newest attempt is given. Throws when the settings do not go together. */
export function assignmentOf(
  state: RunState,
  trial: LiveTrial,
  study: Pick<Study, "metric" | "goal">,
  plan: StudyPlan,
): Assignment {
  const { checkpoint, seed } = trial;
  const blob = checkpoint === null ? null : { sha256: checkpoint.sha256, bytes: checkpoint.bytes };
  const from =
    checkpoint === null || blob === null ? {} : { from: { epoch: checkpoint.epoch, checkpoint: blob } };
  const metric = { name: study.metric, goal: study.goal };
  const stop = stopOf(state, trial);
  const every = { version: protocolVersion, ref: state.trials.ref(trial), seed } as const;
  if (plan.program !== undefined) {
    const { epoch: reported } = state.history.trial(trial.number);
    const params = plainParams(trial.params);
    const program = { kind: "program", program: plan.program, params, reported } as const;
    return { ...every, ...program, ...stop, metric, ...furtherOf(plan), ...from };
  }
  const common = { ...every, settings: plan.settingsFor(trial.params), data: plan.data } as const;
  if (plan.insteadOfTraining !== undefined) return plan.insteadOfTraining(common);
  const { checkpointSeconds: checkpoint_seconds } = plan;
  return { ...common, kind: "trial", ...stop, metric, checkpoint_seconds, ...from };
}

/** The coordinator adds the seconds itself. */
function furtherOf({ goals }: StudyPlan): Pick<ProgramAssignment, "further"> {
  const names = goals === undefined ? [] : watchedMetrics(goals).filter((name) => name !== secondsMetric);
  return names.length === 0 ? {} : { further: names };
}

/** As messages carry them. */
function plainParams(params: Params): ProgramAssignment["params"] {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, mutable(value)]));
}

function mutable(value: ParamValue): ProgramAssignment["params"][string] {
  if (typeof value !== "object" || value === null) return value;
  return [...value] as number[] | string[]; // of one kind, as it was before
}

/**
 * Where the worker stops by itself: at the next pause that is certain, or when the trial is complete. Not a matter of
 * what was reported: an attempt that was lost on its way to a rung is followed by one that stops at that rung.
 */
export function stopOf(
  { repeats, rules }: RunState,
  { number, epochs, pauses }: Pick<LiveTrial, "number" | "epochs" | "pauses">,
): Pick<TrialAssignment, "epochs" | "pauses"> {
  const { plan } = rules;
  if (epochs < plan.budget.epochs) return { epochs, pauses: true };
  const isNew = pauses === 0 && !repeats.has(number);
  const pause = isNew ? plan.pausesAfter?.(number, 0) : undefined;
  return pause === undefined || pause >= epochs ? { epochs } : { epochs: pause, pauses: true };
}
