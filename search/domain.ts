import { Cells } from "./cells.ts";
import { containsNumber, domainSize, fromUnit, isNumeric, valueAt } from "./levels.ts";
import type { Rng } from "./random.ts";
import { isActive, sameValue, type Domain, type Params, type ParamValue, type Parameter } from "./space.ts";
import type { Space } from "./space.ts";

export { domainSize, fromUnit, isNumeric, toUnit, type NumericDomain } from "./levels.ts";

/** A finite list of values was needed and the parameter has a continuous range. */
export class ContinuousParameterError extends Error {
  readonly parameter: string;

  constructor(parameter: string) {
    super(
      `parameter "${parameter}" is continuous; a grid needs a finite list: give it a step or a list of values`,
    );
    this.name = "ContinuousParameterError";
    this.parameter = parameter;
  }
}

/** One value: uniform over a list, uniform on the domain's own scale over a range; steps are exact. */
export function sampleDomain(domain: Domain, rng: Rng): ParamValue {
  if (isNumeric(domain)) return fromUnit(domain, rng.next());
  if (domain.kind === "categorical" && domain.probabilities !== undefined) {
    return valueAt(domain, indexOfShare(domain.probabilities, rng.next()));
  }
  return valueAt(domain, rng.int(domainSize(domain)));
}

/** Which of the probabilities, laid end to end, a place in [0, 1) lies in. */
export function indexOfShare(probabilities: readonly number[], place: number): number {
  let end = 0;
  const index = probabilities.findIndex((share) => (end += share) > place);
  return index < 0 ? probabilities.length - 1 : index;
}

/** One configuration: every active parameter drawn independently by sampleDomain. */
export function samplePrior(space: Space, rng: Rng): Params {
  const chosen: Record<string, ParamValue> = {};
  for (const parameter of space.parameters) {
    if (isActive(parameter, chosen)) chosen[parameter.name] = sampleDomain(parameter.domain, rng);
  }
  return chosen;
}

/** Can the domain take this value, exactly? */
export function domainContains(domain: Domain, value: ParamValue): boolean {
  switch (domain.kind) {
    case "constant":
      return sameValue(domain.value, value);
    case "categorical":
      return domain.values.some((allowed) => sameValue(allowed, value));
    case "float":
    case "int":
      return typeof value === "number" && containsNumber(domain, value);
    default:
      return domain satisfies never;
  }
}

/** Does the configuration give every active parameter, and nothing else, a value of its domain? */
export function contains(space: Space, params: Params): boolean {
  let active = 0;
  for (const parameter of space.parameters) {
    if (!isActive(parameter, params)) continue;
    const value = params[parameter.name];
    if (value === undefined || !domainContains(parameter.domain, value)) return false;
    active++;
  }
  return Object.keys(params).length === active;
}

/** Every value of a parameter, in order. Throws ContinuousParameterError for a continuous range. */
export function gridValues({ name, domain }: Parameter): readonly ParamValue[] {
  const size = domainSize(domain);
  if (size === Infinity) throw new ContinuousParameterError(name);
  return Array.from({ length: size }, (_, index) => valueAt(domain, index));
}

/** Number of configurations, conditional parameters counted only where they are active; Infinity if continuous. */
export function spaceSize(space: Space): number {
  return new Cells(space).size;
}
