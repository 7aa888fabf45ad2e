import { domainContains } from "../../search/domain.ts";
import { domainSize } from "../../search/levels.ts";
import { isActive, type Domain, type Params, type ParamValue, type Parameter } from "../../search/space.ts";
import type { Space } from "../../search/space.ts";
import { checkMapping, found, isMapping, quoted, reportUnknownKey } from "./check.ts";
import type { KeyPath } from "./plain-value.ts";
import type { Report } from "./report.ts";

const words = "a list of configurations, each a mapping of searched parameters to values";

/** The configurations to try first, or undefined after an error. A parameter with one value may be left out. */
export function readEnqueue(report: Report, value: unknown, space: Space | undefined): Params[] | undefined {
  const path = ["enqueue"];
  if (!Array.isArray(value)) {
    const example = isMapping(value) ? "; put a dash before it, also for a single one" : "";
    report.error({ path, message: found(value) + example, allowed: words });
    return undefined;
  }
  if (space === undefined) return undefined; // whose error has been reported
  const read = value.map((item: unknown, index) => readConfiguration(report, item, [...path, index], space));
  const whole = read.filter((params) => params !== undefined);
  return whole.length === read.length ? whole : undefined;
}

function readConfiguration(report: Report, item: unknown, path: KeyPath, space: Space): Params | undefined {
  const mapping = checkMapping(report, item, path, "a mapping of searched parameters to values");
  if (mapping === undefined) return undefined;
  const names = space.parameters.map(({ name }) => name);
  const unknown = Object.keys(mapping).filter((name) => !names.includes(name));
  for (const name of unknown) reportUnknownKey(report, [...path, name], names);
  if (unknown.length > 0) return undefined;
  const chosen: Record<string, ParamValue> = {};
  let isSound = true;
  for (const parameter of space.parameters) {
    const value = readValue(report, parameter, mapping, path, chosen);
    if (value === undefined) isSound = false;
    else if (value.given) chosen[parameter.name] = value.value;
  }
  return isSound ? chosen : undefined;
}

type Read = { readonly given: true; readonly value: ParamValue } | { readonly given: false };

/** The parameter's value in this configuration; undefined after an error. `chosen`: the parameters before it. */
function readValue(
  report: Report,
  parameter: Parameter,
  mapping: Readonly<Record<string, unknown>>,
  path: KeyPath,
  chosen: Params,
): Read | undefined {
  const { name, domain, when } = parameter;
  const given = mapping[name];
  if (!isActive(parameter, chosen)) {
    if (given === undefined) return { given: false };
    const unmet = when.map(({ param, in: values }) => `${param} is ${values.map(quoted).join(" or ")}`);
    const message = `${name} applies only when ${unmet.join(" and ")}; remove it here`;
    report.error({ path: [...path, name], at: "key", message });
    return undefined;
  }
  if (given === undefined && domain.kind === "constant") return { given: true, value: domain.value };
  if (given === undefined) {
    report.error({ path, message: `${name} is missing here`, allowed: domainWords(domain) });
    return undefined;
  }
  const value = listedValue(domain, given);
  if (value !== undefined) return { given: true, value };
  report.error({ path: [...path, name], message: found(given), allowed: domainWords(domain) });
  return undefined;
}

/** The value as the domain has it; undefined when it is not one of its values. */
function listedValue(domain: Domain, given: unknown): ParamValue | undefined {
  const text = JSON.stringify(given);
  if (domain.kind === "categorical") return domain.values.find((value) => JSON.stringify(value) === text);
  if (domain.kind === "constant") return JSON.stringify(domain.value) === text ? domain.value : undefined;
  return typeof given === "number" && domainContains(domain, given) ? given : undefined;
}

/** `a number from 0.1 to 0.5`, `32 to 256 in steps of 32` */
export function domainWords(domain: Domain): string {
  switch (domain.kind) {
    case "constant":
      return quoted(domain.value);
    case "categorical":
      return domain.values.map(quoted).join(", ");
    case "float":
    case "int": {
      const kind = domain.kind === "int" ? "a whole number" : "a number";
      const isStepped = domainSize(domain) !== Infinity && domain.step !== undefined && domain.step !== 1;
      const steps = isStepped ? ` in steps of ${domain.step}` : "";
      return `${kind} from ${domain.min} to ${domain.max}${steps}`;
    }
    default:
      return domain satisfies never;
  }
}
