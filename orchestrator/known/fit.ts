/**
 * Results from elsewhere help only where they are of configurations that this sweep could have tried; a result of other data or
 * settings would mislead the search without a sign. What does not fit is left out and counted.
 */
import { domainContains } from "../../search/domain.ts";
import type { KnownTrial } from "../../search/samplers/known.ts";
import { isActive, sameValue, type ParamValue } from "../../search/space.ts";
import { searchableSettings } from "../../worker/protocol/settings.ts";
import { domainWords } from "../config/read-enqueue.ts";
import { settingsFor, type Sweep } from "../config/sweep.ts";
import { oursFor } from "../config/words/keys.ts";
import { UserError } from "../errors.ts";

/** A result as it was found elsewhere: `params` may hold more settings than are searched here. */
export interface FoundResult extends KnownTrial {
  /** For people: `line 7`, `trial 12`. */
  readonly where: string;
}

/** A line or a trial from which nothing can be learned, and why. */
export interface NoResult {
  readonly where: string;
  readonly reason: string;
}

export interface Fitted {
  readonly results: readonly KnownTrial[];
  /** Parameters of other names that were taken for one of the sweep's: `lr` for `learning_rate`. */
  readonly renamed: ReadonlyMap<string, string>;
  /** How many were left out, and why the first of them was. */
  readonly leftOut: Several | null;
  /** How many have a value of a parameter that does not apply in them, which is not read, and which the first one is. */
  readonly inactive: Several | null;
}

interface Several {
  readonly count: number;
  readonly reason: string;
}

/**
 * The results that are of configurations of this sweep: every searched parameter has a value it can take here, and
 * settings that are fixed here have the same value. Throws `UserError` when there is none.
 */
export function fitResults(found: readonly (FoundResult | NoResult)[], sweep: Sweep, from: string): Fitted {
  const results: KnownTrial[] = [];
  const reasons: string[] = [];
  const inactive: string[] = [];
  const renamed = renamings(found, sweep);
  for (const one of found) {
    if ("reason" in one) {
      reasons.push(`${one.where}: ${one.reason}`);
      continue;
    }
    const given = Object.fromEntries(
      Object.entries(one.params).map(([name, value]) => [renamed.get(name) ?? name, value]),
    );
    const fitting = fit(given, sweep);
    if (!fitting.ok) {
      reasons.push(`${one.where}: ${fitting.reason}`);
      continue;
    }
    results.push({ params: fitting.params, outcome: one.outcome, reports: one.reports });
    const unread = sweep.space.parameters.find(
      // Tables have null, or nothing, where a parameter does not apply.
      ({ name }) => (given[name] ?? null) !== null && fitting.params[name] === undefined,
    );
    if (unread !== undefined) inactive.push(`${one.where}: ${unread.name}`);
  }
  const [reason = "it is empty"] = reasons;
  if (results.length === 0) {
    throw new UserError(
      `no known result of ${from} fits this sweep; the first does not because of ${reason}`,
    );
  }
  return { results, renamed, leftOut: several(reasons), inactive: several(inactive) };
}

/** What other tools call parameters of the sweep, or other settings of a model, that the results do not have by their own names. */
function renamings(found: readonly (FoundResult | NoResult)[], sweep: Sweep): ReadonlyMap<string, string> {
  const theirs = new Set(found.flatMap((one) => ("reason" in one ? [] : Object.keys(one.params))));
  const searched = sweep.space.parameters.map(({ name }) => name);
  const isModel = sweep.program === undefined && sweep.asked === undefined;
  const wanted = new Set([...searched, ...(isModel ? searchableSettings : [])]);
  const renamed = new Map<string, string>();
  for (const name of theirs) {
    if (wanted.has(name)) continue;
    const ours = oursFor(name).find((word) => wanted.has(word) && !theirs.has(word));
    if (ours === undefined) continue;
    renamed.set(name, ours);
    theirs.add(ours);
  }
  return renamed;
}

function several(reasons: readonly string[]): Several | null {
  const [reason] = reasons;
  return reason === undefined ? null : { count: reasons.length, reason };
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
