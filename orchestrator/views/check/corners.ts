import { Cells } from "../../../search/cells.ts";
import {
  isActive,
  paramsKey,
  sameValue,
  type Params,
  type Parameter,
  type ParamValue,
  type Space,
} from "../../../search/space.ts";

/** Configurations looked at in a space whose corners are more than this: evenly spread over them. */
const mostCorners = 2000;

/**
 * The extreme configurations of some of a space's parameters: of a range both ends, of a list every value, in
 * every combination, with what their conditions ask about. The other parameters are left out.
 */
export function corners(space: Space, names: (name: string) => boolean): readonly Params[] {
  const wanted = withConditions(space, names);
  const parameters = space.parameters
    .filter(({ name }) => wanted.has(name))
    .map((parameter): Parameter => ({
      ...parameter,
      domain: { kind: "categorical", values: extremes(parameter, space) },
    }));
  const cells = new Cells({ parameters });
  const step = Math.max(1, cells.size / mostCorners);
  const count = Math.min(cells.size, mostCorners);
  return Array.from({ length: count }, (_, index) => cells.at(Math.floor(index * step)));
}

function withConditions(space: Space, names: (name: string) => boolean): ReadonlySet<string> {
  const wanted = new Set<string>();
  // Conditions refer to earlier parameters, so one walk from the end finds all.
  for (const { name, when } of space.parameters.toReversed()) {
    if (!names(name) && !wanted.has(name)) continue;
    wanted.add(name);
    for (const { param } of when) wanted.add(param);
  }
  return wanted;
}

function extremes({ name, domain }: Parameter, space: Space): readonly ParamValue[] {
  switch (domain.kind) {
    case "constant":
      return [domain.value];
    case "categorical":
      return domain.values;
    case "float":
    case "int":
      return distinct([domain.min, domain.max, ...askedOf(name, space)]);
    default:
      return domain satisfies never;
  }
}

/** Values of a range that conditions of other parameters name. */
function askedOf(name: string, space: Space): readonly ParamValue[] {
  const conditions = space.parameters.flatMap(({ when }) => when.filter(({ param }) => param === name));
  return conditions.flatMap((condition) => condition.in);
}

function distinct(values: readonly ParamValue[]): ParamValue[] {
  return values.filter((value, index) => values.findIndex((other) => sameValue(other, value)) === index);
}

/**
 * Few configurations that show the range of some parameters: all at their largest, all at their smallest, and one
 * for each further value of a list with the rest at their largest.
 */
export function samplesOf(space: Space, names: (name: string) => boolean): readonly Params[] {
  const parameters = space.parameters.filter(({ name }) => withConditions(space, names).has(name));
  const largest = choose(parameters, space, (values) => values.at(-1)!);
  const found = [largest, choose(parameters, space, (values) => values[0]!)];
  for (const { name, domain } of parameters) {
    if (domain.kind !== "categorical" || !names(name)) continue;
    for (const value of sorted(domain.values)) {
      found.push(choose(parameters, space, (values, of) => (of === name ? value : values.at(-1)!)));
    }
  }
  return [...new Map(found.map((params) => [paramsKey(params), params])).values()];
}

function choose(
  parameters: readonly Parameter[],
  space: Space,
  pick: (values: readonly ParamValue[], name: string) => ParamValue,
): Params {
  const chosen: Record<string, ParamValue> = {};
  for (const parameter of parameters) {
    if (!isActive(parameter, chosen)) continue;
    chosen[parameter.name] = pick(sorted(extremes(parameter, space)), parameter.name);
  }
  return chosen;
}

/** Numbers rising; a list of anything else as it was written. */
function sorted(values: readonly ParamValue[]): readonly ParamValue[] {
  return values.every((value) => typeof value === "number") ? values.toSorted((a, b) => a - b) : values;
}
