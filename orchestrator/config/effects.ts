/**
 * Settings that change nothing beside others, such as dropout without layers. Such a sweep runs, and searches a parameter that
 * does nothing; it is warned of, not refused, because sweeps are often made from larger ones.
 */
import { domainContains } from "../../search/domain.ts";
import type { Parameter, ParamValue, Space } from "../../search/space.ts";
import { lossNames, scheduleNames } from "../../worker/protocol/model-settings.ts";
import { optimizersWith } from "../../worker/protocol/optimizer.ts";
import { optimizerNames, ownSettings } from "../../worker/protocol/optimizers.ts";
import { idleDataSettings } from "../../worker/protocol/data-settings.ts";
import { isMapping } from "./check.ts";
import type { KeyPath } from "./plain-value.ts";
import type { Report } from "./report.ts";
import type { Sweep } from "./sweep.ts";

/** A setting that does something only while `by` has one of the values `used`. */
interface Effect {
  readonly settings: readonly string[];
  readonly by: string;
  readonly used: readonly ParamValue[];
  readonly all: readonly ParamValue[];
}

const layerCounts = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const crossEntropies = ["binary_crossentropy", "categorical_crossentropy"];

const effects: readonly Effect[] = [
  {
    settings: ["cell", "hidden", "bidirectional", "dropout", "recurrent_dropout"],
    by: "layers",
    used: layerCounts.slice(1),
    all: layerCounts,
  },
  ...ownSettings.map((name) => ({
    settings: [name],
    by: "optimizer",
    used: optimizersWith(name),
    all: optimizerNames,
  })),
  { settings: ["schedule_epochs"], by: "schedule", used: ["cosine", "one_cycle"], all: scheduleNames },
  { settings: ["schedule_every"], by: "schedule", used: ["step"], all: scheduleNames },
  { settings: ["schedule_factor"], by: "schedule", used: ["step", "reduce_on_plateau"], all: scheduleNames },
  { settings: ["schedule_patience"], by: "schedule", used: ["reduce_on_plateau"], all: scheduleNames },
  { settings: ["schedule_warmup"], by: "schedule", used: ["one_cycle"], all: scheduleNames },
  { settings: ["quantiles"], by: "loss", used: ["quantile"], all: lossNames },
  { settings: ["huber_delta"], by: "loss", used: ["huber"], all: lossNames },
  { settings: ["class_weights"], by: "loss", used: crossEntropies, all: lossNames },
];

type Mapping = Readonly<Record<string, unknown>>;

/** Warns of settings that are given or searched where another one makes them meaningless. `top`: the file's values. */
export function warnOfNoEffect(report: Report, sweep: Sweep, top: Mapping): void {
  for (const effect of effects) {
    for (const name of effect.settings) warnOfEffect(report, sweep, mappingOf(top["model"]), name, effect);
  }
  const { space, data } = sweep;
  const { layout = "series", task = "regression" } = data.settings;
  for (const name of idleDataSettings(layout, task)) {
    const path = placeOf(space, mappingOf(top["data"]), "data", name);
    const message = `this has no effect for layout ${layout} and task ${task}`;
    if (path !== undefined) report.warn({ path, at: "key", message });
  }
}

function warnOfEffect(
  report: Report,
  { space, model }: Sweep,
  given: Mapping,
  name: string,
  { by, used, all }: Effect,
): void {
  const path = placeOf(space, given, "model", name);
  if (path === undefined) return;
  const parameter = parameterOf(space, name);
  const asked =
    parameter?.when.find(({ param }) => param === by)?.in ?? possibleValues(space, model, by, all);
  const idle = asked.filter((value) => !used.includes(value));
  const active = asked.filter((value) => used.includes(value));
  if (active.length === 0) {
    report.warn({ path, at: "key", message: `this has no effect: ${by} is ${listed(asked)}` });
  } else if (idle.length > 0 && parameter !== undefined && parameter.domain.kind !== "constant") {
    const where = `where ${by} is ${listed(idle)} and it has no effect`;
    const advice = `add when: {${by}: [${active.join(", ")}]}`;
    report.warn({ path, at: "key", message: `this is searched also ${where}; ${advice}` });
  }
}

/** Where the file searches or fixes a setting; undefined when it does neither. */
function placeOf(space: Space, given: Mapping, section: string, name: string): KeyPath | undefined {
  if (parameterOf(space, name) !== undefined) return ["parameters", name];
  return Object.hasOwn(given, name) ? [section, name] : undefined;
}

/** The values another setting can have: those searched, or the one that is fixed. */
function possibleValues(
  space: Space,
  model: Mapping,
  name: string,
  all: readonly ParamValue[],
): readonly ParamValue[] {
  const domain = parameterOf(space, name)?.domain;
  if (domain !== undefined) return all.filter((value) => domainContains(domain, value));
  return all.filter((possible) => possible === model[name]);
}

function parameterOf(space: Space, name: string): Parameter | undefined {
  return space.parameters.find((parameter) => parameter.name === name);
}

function mappingOf(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

function listed(values: readonly ParamValue[]): string {
  return values.join(" or ");
}
