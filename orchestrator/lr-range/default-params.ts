import { domainContains, fromUnit, isNumeric } from "../../search/domain.ts";
import { isActive, type Domain, type Params, type ParamValue } from "../../search/space.ts";
import { settingsFor, type Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";

/**
 * One configuration of a sweep, for a range test: `given` first, then for every other searched setting its own
 * default, or where the sweep leaves that out the middle of the range or the first of the values.
 */
export function defaultParams(sweep: Pick<Sweep, "data" | "model" | "space">, given: Params): Params {
  const resolved = settingsFor(sweep, given);
  if (!resolved.ok) throw new UserError(resolved.message);
  const defaults: Readonly<Record<string, unknown>> = {
    ...resolved.settings.data,
    ...resolved.settings.model,
  };
  const params: Record<string, ParamValue> = { ...given };
  for (const parameter of sweep.space.parameters) {
    const { name, domain } = parameter;
    if (name === "learning_rate" || Object.hasOwn(given, name) || !isActive(parameter, params)) continue;
    params[name] = likely(domain, defaults[name]);
  }
  return params;
}

function likely(domain: Domain, usual: unknown): ParamValue {
  const plain = typeof usual === "number" || typeof usual === "string" || typeof usual === "boolean";
  if (plain && domainContains(domain, usual)) return usual;
  if (isNumeric(domain)) return fromUnit(domain, 0.5);
  return domain.kind === "constant" ? domain.value : domain.values[0]!;
}
