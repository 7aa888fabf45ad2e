import { domainSize, valueAt } from "../levels.ts";
import type { Encoding } from "../samplers/bayes/encoding.ts";
import { sameValue, type Condition, type Parameter, type Space } from "../space.ts";
import { cellOf } from "./cells.ts";
import type { CellCondition } from "./tree.ts";

/**
 * For each dimension the cells of others in which it does not apply, what those hang on included; `null` when no box
 * can tell: a condition fails for good, or asks for single values of a continuous range.
 */
export function cellConditions(
  space: Space,
  encoding: Encoding,
): readonly (readonly CellCondition[] | null)[] {
  const parameters = new Map(space.parameters.map((parameter) => [parameter.name, parameter]));
  return encoding.dimensions.map(({ name }) => ofParameter(parameters.get(name)!));

  function ofParameter({ when }: Parameter): readonly CellCondition[] | null {
    const parts = when.map((condition) => {
      const parent = parameters.get(condition.param)!;
      const own = ofCondition(parent, condition);
      const above = ofParameter(parent);
      return own === null || above === null ? null : [...above, ...own];
    });
    return parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
  }

  function ofCondition({ name, domain }: Parameter, condition: Condition): readonly CellCondition[] | null {
    const levels = domainSize(domain);
    if (levels === Infinity) return null;
    const values = Array.from({ length: levels }, (_, index) => valueAt(domain, index));
    const others = values.filter((value) => !condition.in.some((allowed) => sameValue(allowed, value)));
    const at = encoding.dimensions.findIndex((dimension) => dimension.name === name);
    const dimension = encoding.dimensions[at];
    if (dimension === undefined) return others.length === 0 ? [] : null;
    let forbidden = 0;
    for (const value of others)
      forbidden |= 1 << cellOf(dimension, encoding.encode({ [name]: value })[at] ?? Number.NaN);
    return [{ dimension: at, forbidden: forbidden >>> 0 }];
  }
}
