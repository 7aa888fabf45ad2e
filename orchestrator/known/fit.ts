import { domainContains } from "../../search/domain.ts";
import type { KnownTrial } from "../../search/samplers/known.ts";
import { isActive, sameValue, type ParamValue } from "../../search/space.ts";
import { domainWords } from "../config/read-enqueue.ts";
import { settingsFor, type Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";

/** A result as it was found elsewhere: `params` may hold more settings than are searched here. */
export interface FoundResult extends KnownTrial {
  /** For people: `line 7`, `trial 12`. */
  readonly where: string;
}

export interface Fitted {
  readonly results: readonly KnownTrial[];
  /** How many were left out, and why the first of them was. */
  readonly leftOut: { readonly count: number; readonly reason: string } | null;
}

/**
 * The results that are of configurations of this sweep: every searched parameter has a value it can take here, and
 * settings that are fixed here have the same value. Throws `UserError` when there is none.
 */
export function fitResults(found: readonly FoundResult[], sweep: Sweep, from: string): Fitted {
  const results: KnownTrial[] = [];
  const reasons: string[] = [];
  for (const { params, outcome, reports, where } of found) {
    const fitting = fit(params, sweep);
    if (fitting.ok) results.push({ params: fitting.params, outcome, reports });
    else reasons.push(`${where}: ${fitting.reason}`);
  }
  const [reason = "it is empty"] = reasons;
  if (results.length === 0) {
    throw new UserError(
      `no known result of ${from} fits this sweep; the first does not because of ${reason}`,
    );
  }
  return { results, leftOut: reasons.length === 0 ? null : { count: reasons.length, reason } };
}

type Fit =
  | { readonly ok: true; readonly params: KnownTrial["params"] }
  | { readonly ok: false; readonly reason: string };

function fit(found: KnownTrial["params"], sweep: Sweep): Fit {
  const params: Record<string, ParamValue> = {};
  for (const parameter of sweep.space.parameters) {
    const { name, domain } = parameter;
    if (!isActive(parameter, params)) continue;
    const value = found[name];
    if (value === undefined && domain.kind !== "constant") return { ok: false, reason: `${name} is missing` };
    const chosen = value === undefined && domain.kind === "constant" ? domain.value : value;
    if (chosen === undefined || !domainContains(domain, chosen)) {
      return {
        ok: false,
        reason: `${name} is ${JSON.stringify(value)}, and here it is ${domainWords(domain)}`,
      };
    }
    params[name] = chosen;
  }
  const fixed = plainSettings(sweep, params);
  const searched = new Set(sweep.space.parameters.map(({ name }) => name));
  for (const [name, value] of Object.entries(found)) {
    const here = fixed[name];
    if (searched.has(name) || here === undefined || sameValue(here, value)) continue;
    return {
      ok: false,
      reason: `${name} is ${JSON.stringify(value)} there and ${JSON.stringify(here)} here`,
    };
  }
  return { ok: true, params };
}

/** Every setting of a trial whose value a search could handle, by name. */
export function plainSettings(
  sweep: Pick<Sweep, "data" | "model">,
  params: KnownTrial["params"],
): Readonly<Record<string, ParamValue>> {
  const resolved = settingsFor(sweep, params);
  if (!resolved.ok) return params;
  const { data, model } = resolved.settings;
  const all = Object.entries<unknown>({ ...data, ...model });
  return Object.fromEntries(all.filter((entry): entry is [string, ParamValue] => isPlain(entry[1])));
}

function isPlain(value: unknown): value is ParamValue {
  if (Array.isArray(value))
    return value.every((item) => typeof item === "number" || typeof item === "string");
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
