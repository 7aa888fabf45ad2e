import { domainContains } from "../../search/domain.ts";
import {
  sameValue,
  type Condition,
  type Domain,
  type ParamValue,
  type Parameter,
  type Space,
} from "../../search/space.ts";
import { quoted } from "./check.ts";
import { explainUnknownKey } from "./names.ts";
import type { DraftParameter } from "./parameters.ts";
import type { KeyPath } from "./plain-value.ts";
import type { Report } from "./report.ts";

/**
 * The parameters in an order in which every condition refers to an earlier one, else in the order of the file.
 * Undefined after a condition that cannot hold, or a parameter without a domain.
 */
export function orderedSpace(
  report: Report,
  drafts: readonly DraftParameter[],
  isFixed: (name: string) => boolean,
): Space | undefined {
  const known = new Map(drafts.map((draft) => [draft.name, draft]));
  const sound = drafts.map((draft) =>
    draft.when.map((condition) => conditionHolds(report, known, draft, condition, isFixed)).every(Boolean),
  );
  if (!sound.every(Boolean)) return undefined;
  const ordered = inOrder(report, drafts);
  if (ordered === undefined || !reachable(report, ordered)) return undefined;
  const parameters = ordered.flatMap(({ name, domain, when }): Parameter[] =>
    domain === undefined ? [] : [{ name, when, domain }],
  );
  return parameters.length === ordered.length ? { parameters } : undefined;
}

/** Does the condition ask about a searched parameter, and only for values it can have? */
function conditionHolds(
  report: Report,
  known: ReadonlyMap<string, DraftParameter>,
  { name }: DraftParameter,
  condition: Condition,
  isFixed: (name: string) => boolean,
): boolean {
  const path = ["parameters", name, "when", condition.param];
  const asked = known.get(condition.param);
  if (asked === undefined) {
    report.error({ path, at: "key", ...whyNotSearched(condition.param, [...known.keys()], isFixed) });
    return false;
  }
  if (asked.domain === undefined) return true;
  const { domain } = asked;
  const impossible = condition.in.filter((value) => !domainContains(domain, value));
  for (const value of impossible) {
    report.error({
      path: valuePath(path, condition, value),
      message: `${condition.param} is never ${quoted(value)}`,
      allowed: domainWords(domain),
    });
  }
  return impossible.length === 0;
}

function whyNotSearched(
  name: string,
  known: readonly string[],
  isFixed: (name: string) => boolean,
): { message: string; allowed?: string } {
  if (isFixed(name)) {
    return {
      message: `${name} has one value in this sweep, so a condition on it changes nothing; remove it`,
    };
  }
  const about = explainUnknownKey(["parameters", name], known);
  const hint = about === undefined ? "" : `; ${about}`;
  return { message: `no parameter of this name is searched${hint}`, allowed: known.join(", ") };
}

function valuePath(path: KeyPath, condition: Condition, value: ParamValue): KeyPath {
  return condition.in.length > 1 ? [...path, condition.in.indexOf(value)] : path;
}

function domainWords(domain: Domain): string {
  switch (domain.kind) {
    case "constant":
      return quoted(domain.value);
    case "categorical":
      return domain.values.map(quoted).join(", ");
    case "int":
    case "float": {
      const steps = domain.step === undefined || domain.step === 1 ? "" : ` in steps of ${domain.step}`;
      return `a ${domain.kind === "int" ? "whole " : ""}number from ${domain.min} to ${domain.max}${steps}`;
    }
    default:
      return domain satisfies never;
  }
}

function inOrder(report: Report, drafts: readonly DraftParameter[]): DraftParameter[] | undefined {
  const ordered: DraftParameter[] = [];
  const placed = new Set<string>();
  let waiting = drafts;
  while (waiting.length > 0) {
    const next = waiting.find(({ when }) => when.every(({ param }) => placed.has(param)));
    if (next === undefined) return reportCycle(report, waiting);
    ordered.push(next);
    placed.add(next.name);
    waiting = waiting.filter((draft) => draft !== next);
  }
  return ordered;
}

/** Follows unmet conditions until a name comes again. */
function reportCycle(report: Report, waiting: readonly DraftParameter[]): undefined {
  const chain: DraftParameter[] = [];
  let current = waiting[0];
  while (current !== undefined && !chain.includes(current)) {
    chain.push(current);
    const { when } = current;
    current = waiting.find(({ name }) => when.some(({ param }) => param === name));
  }
  if (current === undefined) return undefined;
  const cycle = [...chain.slice(chain.indexOf(current)), current].map(({ name }) => name);
  report.error({
    path: ["parameters", current.name, "when"],
    at: "key",
    message: `conditions go round in a circle: ${cycle.join(" needs ")}; remove one of them`,
  });
  return undefined;
}

/** Can every parameter be active, its conditions and those of the parameters it asks about taken together? */
function reachable(report: Report, ordered: readonly DraftParameter[]): boolean {
  const demands = new Map<string, Map<string, readonly ParamValue[]>>();
  let sound = true;
  for (const { name, when } of ordered) {
    const demanded = new Map<string, readonly ParamValue[]>();
    for (const condition of [...when.flatMap(({ param }) => conditionsOf(demands, param)), ...when]) {
      const before = demanded.get(condition.param) ?? condition.in;
      demanded.set(
        condition.param,
        before.filter((value) => condition.in.some((other) => sameValue(value, other))),
      );
    }
    demands.set(name, demanded);
    const contradicted = [...demanded].find(([, values]) => values.length === 0)?.[0];
    if (contradicted === undefined) continue;
    sound = false;
    const message = `this never holds: the conditions along the way ask for different values of ${contradicted}`;
    report.error({ path: ["parameters", name, "when"], at: "key", message });
  }
  return sound;
}

function conditionsOf(
  demands: ReadonlyMap<string, ReadonlyMap<string, readonly ParamValue[]>>,
  param: string,
): Condition[] {
  return [...(demands.get(param) ?? [])].map(([param, values]) => ({ param, in: values }));
}
