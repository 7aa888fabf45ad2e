import { domainContains } from "../../search/domain.ts";
import type { Parameter, ParamValue, Space } from "../../search/space.ts";
import {
  lossNames,
  modelSettingsSchema,
  optimizerNames,
  scheduleNames,
} from "../../worker/protocol/model-settings.ts";
import type { Report } from "./report.ts";

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
  { settings: ["momentum"], by: "optimizer", used: ["momentum", "nesterov", "rmsprop"], all: optimizerNames },
  { settings: ["beta1", "beta2"], by: "optimizer", used: ["adam", "adamw", "nadam"], all: optimizerNames },
  { settings: ["rho"], by: "optimizer", used: ["rmsprop", "adadelta"], all: optimizerNames },
  { settings: ["schedule_epochs"], by: "schedule", used: ["cosine", "one_cycle"], all: scheduleNames },
  { settings: ["schedule_every"], by: "schedule", used: ["step"], all: scheduleNames },
  { settings: ["schedule_factor"], by: "schedule", used: ["step", "reduce_on_plateau"], all: scheduleNames },
  { settings: ["schedule_patience"], by: "schedule", used: ["reduce_on_plateau"], all: scheduleNames },
  { settings: ["schedule_warmup"], by: "schedule", used: ["one_cycle"], all: scheduleNames },
  { settings: ["huber_delta"], by: "loss", used: ["huber"], all: lossNames },
  { settings: ["class_weights"], by: "loss", used: crossEntropies, all: lossNames },
];

/** Warns of settings that are given or searched where another one makes them meaningless. */
export function warnOfNoEffect(report: Report, space: Space, given: Readonly<Record<string, unknown>>): void {
  for (const effect of effects) {
    for (const name of effect.settings) warnOne(report, space, given, name, effect);
  }
}

function warnOne(
  report: Report,
  space: Space,
  given: Readonly<Record<string, unknown>>,
  name: string,
  { by, used, all }: Effect,
): void {
  const parameter = space.parameters.find((parameter) => parameter.name === name);
  if (parameter === undefined && given[name] === undefined) return;
  const path = parameter === undefined ? ["model", name] : ["parameters", name];
  const possible = possibleValues(space, given, by, all);
  const asked = parameter?.when.find(({ param }) => param === by)?.in ?? possible;
  const idle = asked.filter((value) => !used.includes(value));
  if (idle.length === 0) return;
  if (idle.length === asked.length) {
    report.warn({ path, at: "key", message: `this has no effect: ${by} is ${listed(idle)}` });
  } else if (parameter !== undefined && !isConstant(parameter)) {
    const active = asked.filter((value) => used.includes(value));
    report.warn({
      path,
      at: "key",
      message: `this is searched also where ${by} is ${listed(idle)} and it has no effect; add when: {${by}: [${active.join(", ")}]}`,
    });
  }
}

function possibleValues(
  space: Space,
  given: Readonly<Record<string, unknown>>,
  name: string,
  all: readonly ParamValue[],
): readonly ParamValue[] {
  const searched = space.parameters.find((parameter) => parameter.name === name);
  if (searched !== undefined) return all.filter((value) => domainContains(searched.domain, value));
  const value = given[name] ?? defaultOf(name);
  return all.filter((possible) => possible === value);
}

function defaultOf(name: string): unknown {
  const shape: Readonly<Record<string, { safeParse(value: unknown): { data?: unknown } }>> =
    modelSettingsSchema.shape;
  return shape[name]?.safeParse(undefined).data;
}

function isConstant({ domain }: Parameter): boolean {
  return domain.kind === "constant";
}

function listed(values: readonly ParamValue[]): string {
  return values.join(" or ");
}
