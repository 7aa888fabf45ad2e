/**
 * What no section can say alone: a metric that trials would not compare by, a rule that stops nothing, a target beyond reach. A
 * sweep that is legal and pointless costs a night, so it is looked for before the first epoch.
 */
import type { Goals } from "../../search/goals/goals.ts";
import { spaceSize } from "../../search/domain.ts";
import { SettingError } from "../../search/settings.ts";
import type { Space } from "../../search/space.ts";
import { checkGoals } from "./goals-meaning.ts";
import { methods } from "./methods.ts";
import { allRankingMetrics } from "./metrics.ts";
import type { DraftParameter } from "./parameters.ts";
import { createTermination, type Termination } from "./pruners.ts";
import type { Report } from "./report.ts";
import type { Sweep } from "./sweep.ts";

/** The sections of a sweep that could be read; the others are undefined. */
export interface ReadSections {
  readonly method: Sweep["method"] | undefined;
  readonly metric: Sweep["metric"] | undefined;
  readonly budget: Sweep["budget"] | undefined;
  readonly earlyTerminate: Sweep["earlyTerminate"] | undefined;
  readonly repeats: Sweep["repeats"] | undefined;
  readonly goals: Goals | undefined;
  readonly known: Sweep["known"] | undefined;
  readonly drafts: readonly DraftParameter[];
  /** Settings with one value; a program has none. */
  readonly model?: Sweep["model"] | undefined;
  readonly space: Space | undefined;
  /** A program's metric is what it says, and has no bounds known here. */
  readonly program?: Sweep["program"];
}

/** Settings that change the scale the loss is computed on. */
const scalesTheLoss: ReadonlySet<string> = new Set([
  "loss",
  "huber_delta",
  "quantiles",
  "class_weights",
  "normalise",
  "difference",
  "difference_lag",
  "predict",
  "rows",
]);

/** Reports what is wrong or odd about several sections taken together. */
export function checkMeaning(report: Report, sections: ReadSections): void {
  if (!("program" in sections)) {
    comparable(report, sections);
    quantilesAsked(report, sections);
  }
  ends(report, sections);
  finite(report, sections);
  enoughTrials(report, sections);
  if (!("program" in sections)) reachableTarget(report, sections);
  fittingRules(report, sections);
  usefulRules(report, sections);
  repeatsBegin(report, sections);
  checkGoals(report, sections);
}

function comparable(report: Report, { metric, goals, drafts }: ReadSections): void {
  const names = goals === undefined ? [metric?.name] : goals.metrics.map(({ name }) => name);
  if (!names.includes("val_loss")) return;
  for (const { name, domain } of drafts) {
    if (!scalesTheLoss.has(name) || domain?.kind === "constant") continue;
    report.error({
      path: ["parameters", name],
      at: "key",
      message: `${name} changes the scale of val_loss, by which this sweep ranks, so trials would not compare`,
      allowed: `another metric, such as val_mse or val_accuracy; or one value for ${name}`,
    });
  }
}

/** Only a model of quantiles has a pinball loss, and it compares where all trials have the same quantiles. */
function quantilesAsked(report: Report, { metric, model, drafts }: ReadSections): void {
  if (metric?.name !== "val_pinball" || model === undefined) return;
  const domainOf = (name: string): DraftParameter["domain"] =>
    drafts.find((draft) => draft.name === name)?.domain;
  const quantiles = domainOf("quantiles");
  if (quantiles !== undefined && quantiles.kind !== "constant") {
    const message = "trials with other quantiles do not compare by val_pinball, by which this sweep ranks";
    const allowed = "one list of quantiles for all trials";
    report.error({ path: ["parameters", "quantiles"], at: "key", message, allowed });
  }
  const loss = domainOf("loss") ?? { kind: "constant", value: model.loss };
  if (loss.kind === "constant" && loss.value === "quantile") return;
  report.error({
    path: ["metric", "name"],
    message: "val_pinball is the loss of predicted quantiles, and only loss: quantile predicts them",
    allowed: "model: {loss: quantile} beside it; or another metric, such as val_mae",
  });
}

function ends(report: Report, { method, budget }: ReadSections): void {
  if (method === undefined || budget === undefined || methods[method.name]?.finite !== false) return;
  if (budget.trials !== undefined || budget.wallTimeMs !== undefined) return;
  report.error({
    path: ["budget"],
    at: "key",
    message: `method ${method.name} never ends by itself`,
    allowed: "budget.trials: a number of trials, or budget.wall_time: a duration such as 30m",
  });
}

function finite(report: Report, { method, drafts }: ReadSections): void {
  if (method === undefined || methods[method.name]?.finite !== true) return;
  for (const { name, domain } of drafts) {
    if (domain?.kind !== "float" || domain.step !== undefined) continue;
    report.error({
      path: ["parameters", name],
      at: "key",
      message: `a grid needs a finite list, and ${name} is a continuous range`,
      allowed: "values: […], or a step beside min and max",
    });
  }
}

function enoughTrials(report: Report, { method, budget, space }: ReadSections): void {
  if (method === undefined || budget?.trials === undefined || space === undefined) return;
  const size = spaceSize(space);
  const path = ["budget", "trials"];
  if (size < budget.trials) {
    const message =
      size === 1
        ? "the space has only one configuration; the study ends when it is done"
        : `the space has only ${size} configurations; the study ends when all are done`;
    report.warn({ path, message });
  } else if (size > budget.trials && methods[method.name]?.finite === true) {
    const message = `the grid has ${size} configurations; the study ends after the first ${budget.trials}`;
    report.warn({ path, message });
  }
}

function reachableTarget(report: Report, { metric, budget }: ReadSections): void {
  const known = allRankingMetrics.find(({ name }) => name === metric?.name);
  const target = budget?.target;
  if (target === undefined || known === undefined) return;
  const { name, min, max, goal } = known;
  const minimize = goal === "minimize";
  const path = ["budget", "target"];
  if (minimize ? target < min : target > max) {
    const bound = minimize ? `never below ${min}` : `never above ${max}`;
    report.error({ path, message: `no trial can reach ${target}: ${name} is ${bound}` });
  } else if (minimize ? target >= max : target <= min) {
    const bound = minimize ? `never above ${max}` : `never below ${min}`;
    report.error({ path, message: `every trial reaches ${target} at once: ${name} is ${bound}` });
  }
}

/** Repeats come after the search; one that ends by the clock leaves no time for them. */
function repeatsBegin(report: Report, { repeats, budget, method, space }: ReadSections): void {
  if (repeats === undefined || budget === undefined || method === undefined || space === undefined) return;
  if (budget.trials !== undefined || spaceSize(space) !== Infinity) return;
  report.error({
    path: ["repeats"],
    at: "key",
    message: "repeats begin when all trials of the budget are done, and the budget does not say how many",
    allowed: "budget.trials beside it",
  });
}

/** Settings of a rule that only the budget shows to be out of range, and rules that exclude each other. */
function fittingRules(report: Report, { earlyTerminate, budget, metric }: ReadSections): void {
  if (earlyTerminate === undefined || budget === undefined || metric === undefined) return;
  const { epochs, trials } = budget;
  let scheduler: string | undefined;
  for (const [index, rule] of earlyTerminate.entries()) {
    const path = ["early_terminate", index];
    let made: Termination;
    try {
      made = createTermination(rule, { metric: metric.name, epochs, trials });
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      report.error({ path: [...path, error.setting], message: error.message });
      continue;
    }
    if (made.kind === "pruner") continue;
    if (scheduler !== undefined) {
      const message = `${scheduler} and ${rule.type} both decide which paused trial continues; keep one of them`;
      report.error({ path, message });
    }
    scheduler = rule.type;
  }
}

function usefulRules(report: Report, { earlyTerminate, budget, space }: ReadSections): void {
  if (earlyTerminate === undefined || budget === undefined) return;
  const trials = Math.min(budget.trials ?? Infinity, space === undefined ? Infinity : spaceSize(space));
  for (const [index, rule] of earlyTerminate.entries()) {
    const others = Number(rule["min_trials"] ?? 0);
    if (others >= trials) {
      report.warn({
        path: ["early_terminate", index],
        message: `this stops nothing: it waits for ${others} other trials (min_trials), and the study has ${trials}`,
      });
    }
    if (rule.type === "threshold" && rule["min"] === undefined && rule["max"] === undefined) {
      report.warn({
        path: ["early_terminate", index],
        message: "this stops nothing: it has no bound, and trials whose metric is not finite end anyway",
        allowed: "min or max beside type",
      });
    }
    const first = Math.max(Number(rule["min_epochs"] ?? 1), Number(rule["patience"] ?? 0) + 1);
    if (first < budget.epochs) continue;
    report.warn({
      path: ["early_terminate", index],
      message: `this stops nothing: its first verdict is at epoch ${first}, and trials have ${budget.epochs}`,
    });
  }
}
