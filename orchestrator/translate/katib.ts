import { isMapping } from "../config/check.ts";
import type { ForeignSweep, Line, Mapping } from "./foreign.ts";
import { feasible } from "./katib-space.ts";
import { trialProgram } from "./katib-template.ts";
import { given, inline } from "./lines.ts";
import { readingOf, type Reading } from "./reading.ts";

/** Why parts of an experiment are not kept. */
const reasons: Readonly<Record<string, string>> = {
  "spec.maxFailedTrialCount": "a study continues after failures, unless its first three trials fail alike",
  "spec.metricsCollectorSpec":
    "the program prints its reports, or appends them to the file that SEQTUNE_REPORTS names",
  "spec.objective.metricStrategies": "a trial counts by its best report",
  "spec.resumePolicy": "every study can be resumed, from its database",
  "spec.trialTemplate.retain": "a trial's log and output are kept in the database",
  "spec.trialTemplate.configMap": "the command is in the cluster, not in this file",
};

/** Of Kubernetes, which say nothing about the search. */
const silent: readonly (readonly string[])[] = [
  ["apiVersion"],
  ["kind"],
  ["metadata"],
  ["status"],
  ["spec", "trialTemplate", "primaryContainerName"],
];

/** An experiment of Katib (kubeflow.org, Katib, configure experiment): its search, and what its trial template runs. */
export function ofKatib(file: Mapping): ForeignSweep {
  const read = readingOf(file);
  for (const path of silent) read.at(...path);
  const settings = settingsOf(read.at("spec", "algorithm", "algorithmSettings"));
  const algorithm = read.text("spec", "algorithm", "algorithmName");
  const isHyperband = algorithm?.toLowerCase() === "hyperband";
  const resource = isHyperband ? settings.get("resource_name") : undefined;
  const listed = read.at("spec", "parameters");
  const parameters = (Array.isArray(listed) ? listed : []).filter(isMapping);
  const searched = parameters.filter(({ name }) => name !== resource);
  const names = new Map(parameters.map(({ name }) => [String(name), nameOf(name)]));
  if (resource !== undefined) names.set(resource, "epochs");
  const template = read.at("spec", "trialTemplate", "trialSpec");
  const trial = trialProgram(template, {
    container: read.text("spec", "trialTemplate", "primaryContainerName"),
    names: references(read.at("spec", "trialTemplate", "trialParameters"), names),
  });
  const others = read.at("spec", "objective", "additionalMetricNames");
  return {
    tool: "Katib",
    sweep: given({
      name: read.text("metadata", "name"),
      method: isHyperband ? "random" : algorithm,
      metric: given({
        name: read.text("spec", "objective", "objectiveMetricName"),
        goal: read.text("spec", "objective", "type"),
        target: read.number("spec", "objective", "goal"),
      }),
      run_cap: read.number("spec", "maxTrialCount"),
      parameters: Object.fromEntries(searched.map((one) => [nameOf(one["name"]), feasible(one)])),
    }),
    program: trial?.program,
    budget: { epochs: isHyperband ? wholeOf(settings.get("r_l")) : undefined },
    more: [
      ...(isHyperband ? [hyperbandLine(settings)] : stoppingLine(read)),
      ...workersLine(read.number("spec", "parallelTrialCount")),
      ...seedLine(settings.get("random_state")),
    ],
    lost: [
      ...[...settings]
        .filter(([name]) => !understood(name, isHyperband))
        .map(([name, value]) => `algorithmSettings ${name}: ${value}`),
      ...(Array.isArray(others) && trial === undefined ? [`additionalMetricNames: ${inline(others)}`] : []),
      ...(trial?.lost ?? []),
      ...read
        .left()
        .map(
          ([path, value]) =>
            `${path}: ${inline(value)}${reasons[path] === undefined ? "" : ` (${reasons[path]})`}`,
        ),
    ],
  };
}

/** Katib's own names may have the dashes of an option. */
function nameOf(name: unknown): string {
  return String(name).replace(/^-+/, "");
}

/** What each of the template's parameters is called here; absent: what is no parameter of the search, such as the trial's name. */
function references(listed: unknown, names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const items = (Array.isArray(listed) ? listed : []).filter(isMapping);
  return new Map(
    items.flatMap(({ name, reference }): [string, string][] => {
      const ours = names.get(String(reference));
      return ours === undefined ? [] : [[String(name), ours]];
    }),
  );
}

function settingsOf(listed: unknown): ReadonlyMap<string, string> {
  const items = (Array.isArray(listed) ? listed : []).filter(isMapping);
  return new Map(items.map(({ name, value }) => [String(name), String(value)]));
}

function understood(setting: string, isHyperband: boolean): boolean {
  return setting === "random_state" || (isHyperband && ["resource_name", "eta", "r_l"].includes(setting));
}

function wholeOf(text: string | undefined): number | undefined {
  const value = Math.floor(Number(text));
  return value >= 1 ? value : undefined;
}

/** Hyperband gives trials more and more of one parameter, their epochs; here early termination does. */
function hyperbandLine(settings: ReadonlyMap<string, string>): Line {
  const eta = Number(settings.get("eta") ?? 3);
  const resource = settings.get("resource_name") ?? "the resource";
  return {
    text: `early_terminate: ${inline({ type: "hyperband", min_epochs: 1, eta })}`,
    comment: `was the algorithm hyperband, whose ${resource} are the epochs of a trial here`,
  };
}

/** Median stopping (kubeflow.org, Katib, early stopping), whose defaults are 3 trials and 4 reports. */
function stoppingLine(read: Reading): readonly Line[] {
  const name = read.text("spec", "earlyStopping", "algorithmName");
  const settings = settingsOf(read.at("spec", "earlyStopping", "algorithmSettings"));
  if (name === undefined) return [];
  if (name !== "medianstop")
    return [{ text: "# early_terminate: none, because there is no rule like", comment: name }];
  const rule = {
    type: "median",
    min_trials: wholeOf(settings.get("min_trials_required")) ?? 3,
    min_epochs: wholeOf(settings.get("start_step")) ?? 4,
  };
  return [{ text: `early_terminate: ${inline(rule)}`, comment: "was medianstop" }];
}

function workersLine(count: number | undefined): readonly Line[] {
  return count === undefined ? [] : [{ text: `workers: ${count}`, comment: "was parallelTrialCount" }];
}

function seedLine(state: string | undefined): readonly Line[] {
  const seed = Number(state);
  return Number.isInteger(seed) && seed >= 0 ? [{ text: `seed: ${seed}`, comment: "was random_state" }] : [];
}
