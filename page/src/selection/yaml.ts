import type { Domain, Params, ParamValue, Parameter, Space } from "../../../search/space.ts";
import { sameValue } from "../../../search/space.ts";
import type { Condition } from "./conditions.ts";

/** A configuration as the entry of a sweep's `enqueue:`, to be tried first. */
export function configurationYaml(params: Params): string {
  const lines = configurationLines(params);
  return lines.length === 0 ? "enqueue:\n  - {}\n" : `enqueue:\n  - ${lines.join("\n    ")}\n`;
}

/** A line for each parameter, as a sweep file has it. */
export function configurationLines(params: Params): readonly string[] {
  return Object.entries(params).map(([name, value]) => `${key(name)}: ${flow(value)}`);
}

/** `parameters:` of the next sweep: the space, narrowed to what is selected. */
export function narrowedYaml(space: Space, conditions: readonly Condition[]): string {
  const lines = space.parameters.map((parameter) => {
    const condition = conditions.find(({ field }) => field === parameter.name);
    return `  ${key(parameter.name)}: ${domainYaml(narrowed(parameter, condition), parameter)}`;
  });
  return `parameters:\n${lines.join("\n")}\n`;
}

function narrowed({ domain }: Parameter, condition: Condition | undefined): Domain {
  if (condition === undefined || domain.kind === "constant") return domain;
  if (domain.kind === "categorical") {
    const kept = domain.values.filter((value) =>
      condition.kind === "list"
        ? condition.values.some((one) => sameValue(one, value))
        : typeof value === "number" && value >= condition.min && value <= condition.max,
    );
    // Probabilities belong to the whole list.
    return kept.length === 0 ? domain : { kind: "categorical", values: kept };
  }
  if (condition.kind === "list") return domain;
  const min = Math.max(domain.min, condition.min);
  const max = Math.min(domain.max, condition.max);
  if (min > max) return domain;
  if (domain.kind === "int") {
    const onStep = (value: number): number =>
      domain.min + Math.round((value - domain.min) / domain.step) * domain.step;
    return { ...domain, min: onStep(min), max: Math.max(onStep(min), onStep(max)) };
  }
  return { ...domain, min: Number(min.toPrecision(3)), max: Number(max.toPrecision(3)) };
}

function domainYaml(domain: Domain, { when }: Parameter): string {
  const conditions = when.map(({ param, in: values }) => `${key(param)}: ${flow(values)}`);
  const parts = [
    ...domainParts(domain),
    ...(conditions.length === 0 ? [] : [`when: { ${conditions.join(", ")} }`]),
  ];
  return `{ ${parts.join(", ")} }`;
}

function domainParts(domain: Domain): readonly string[] {
  switch (domain.kind) {
    case "constant":
      return [`value: ${flow(domain.value)}`];
    case "categorical":
      return [
        `values: ${flow(domain.values)}`,
        ...(domain.probabilities === undefined ? [] : [`probabilities: ${flow(domain.probabilities)}`]),
      ];
    case "int":
    case "float": {
      const { min, max, step, normal } = domain;
      const isStepped = step !== undefined && !(domain.kind === "int" && step === 1);
      return [
        ...(normal === undefined ? [] : [`mu: ${normal.mu}`, `sigma: ${normal.sigma}`]),
        `min: ${min}`,
        `max: ${max}`,
        ...(isStepped ? [`step: ${step}`] : []),
        `distribution: ${distributionOf(domain)}`,
      ];
    }
    default:
      return domain satisfies never;
  }
}

function distributionOf({ kind, scale, step, normal }: Extract<Domain, { kind: "int" | "float" }>): string {
  const isLog = scale === "log";
  if (normal !== undefined) return `${step === undefined ? "" : "q_"}${isLog ? "log_" : ""}normal`;
  if (kind === "int") return isLog ? "log_int" : "int";
  return `${step === undefined ? "" : "q_"}${isLog ? "log_" : ""}uniform`;
}

/** JSON is YAML; names and words that mean nothing else stay bare. */
function flow(value: ParamValue | readonly ParamValue[]): string {
  if (Array.isArray(value)) return `[${value.map((one) => flow(one as ParamValue)).join(", ")}]`;
  return typeof value === "string" ? key(value) : String(value);
}

function key(name: string): string {
  const isWord = /^[A-Za-z_][\w-]*$/.test(name) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(name);
  return isWord ? name : JSON.stringify(name);
}
