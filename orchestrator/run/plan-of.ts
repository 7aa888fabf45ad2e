import type { Params } from "../../search/space.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import type { ProgramSpec } from "../../worker/protocol/program/spec.ts";
import { rangeTestOf } from "../config/range-study.ts";
import { settingsFor, type Sweep } from "../config/sweep.ts";
import { rankingMetrics } from "../config/metrics.ts";
import type { EarlyEnd, StudyPlan } from "../coordinator/plan.ts";
import { rangePlan } from "../lr-range/range-plan.ts";
import type { StudyRanges } from "../lr-range/study-ranges.ts";
import { searchOf } from "./search-of.ts";

/** Seconds of training a lost worker may cost. */
const checkpointSeconds = 30;

/** A trial with patience ends as complete where its score gets no better. */
function earlyEnd(sweep: Sweep, params: Params): EarlyEnd | null {
  const resolved = settingsFor(sweep, params);
  const patience = resolved.ok ? resolved.settings.model.early_stopping : null;
  return patience === null ? null : { reason: `no better score for ${patience} epochs (early_stopping)` };
}

/** Its trials are complete when it says so; what it reports may be any number. */
function programPlan(sweep: Sweep, program: ProgramSpec, data: BlobRef): StudyPlan {
  return {
    seed: sweep.seed,
    budget: sweep.budget,
    goals: sweep.goals,
    ...searchOf(sweep),
    repeats: sweep.repeats,
    program,
    endsEarly: () => ({ reason: null }),
    data,
    checkpointSeconds: null,
    settingsFor: () => {
      throw new Error("a program has no settings of ours");
    },
  };
}

/** What a coordinator needs to run this sweep on that data. `ranges`: the study's range tests, where it has them. */
export function planOf(
  sweep: Sweep,
  data: BlobRef,
  ranges?: Pick<StudyRanges, "known" | "prepare">,
): StudyPlan {
  if (sweep.program !== undefined) return programPlan(sweep, sweep.program, data);
  const { budget } = sweep;
  const plan: StudyPlan = {
    seed: sweep.seed,
    budget,
    goals: sweep.goals,
    ...searchOf(sweep, ranges?.known),
    repeats: sweep.repeats,
    ...(ranges === undefined ? {} : { prepare: ranges.prepare }),
    bounds: new Map(
      rankingMetrics(sweep.data.settings.task ?? "regression").map((metric) => [metric.name, metric]),
    ),
    endsEarly: (params) => earlyEnd(sweep, params),
    data,
    checkpointSeconds,
    settingsFor: (params) => {
      const resolved = settingsFor(sweep, params);
      if (!resolved.ok) throw new Error(resolved.message); // each value is legal, but not with the others
      const { data: dataSettings, model } = resolved.settings;
      // A trial may be paused and continued: its schedule follows the whole budget, not the next rung.
      return {
        data: dataSettings,
        model: { ...model, schedule_epochs: model.schedule_epochs ?? budget.epochs },
      };
    },
  };
  return rangePlan(plan, rangeTestOf(sweep));
}
