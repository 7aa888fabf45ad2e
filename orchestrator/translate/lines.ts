import { stringify } from "yaml";
import { isMapping } from "../config/check.ts";
import { methods } from "../config/methods.ts";
import { asBracket } from "../config/words/bracket.ts";
import { ourValue } from "../config/words/values.ts";
import type { ForeignSweep, Line, Mapping } from "./foreign.ts";

/** Keys of a W&B sweep that are translated, whatever it tunes. */
export const sweepKeys: readonly string[] =
  "name description method metric parameters run_cap early_terminate program command".split(" ");

export type Keep = (text: string, comment?: string) => void;

function keepName(name: string, keep: Keep): void {
  const ours =
    name
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "")
      .slice(0, 80) || "sweep";
  keep(`name: ${inline(ours)}`, ours === name ? "" : `was ${name}`);
}

function keepMethod(given: unknown, keep: Keep): void {
  const asked = word(given ?? "random");
  const ours = ourValue(asked, Object.keys(methods));
  if (ours === undefined) keep("method: bayes", `was ${asked}, which is not supported`);
  else keep(`method: ${ours}`, ours === asked ? "" : `was ${asked}`);
}

/** Name, description and method. */
export function keepHead(sweep: Mapping, keep: Keep): void {
  if (sweep["name"] !== undefined) keepName(word(sweep["name"]), keep);
  if (typeof sweep["description"] === "string") keep(`description: ${inline(sweep["description"].trim())}`);
  keepMethod(sweep["method"], keep);
}

export function keepRule(rule: unknown, keep: Keep): void {
  if (!isMapping(rule)) return;
  keep(`early_terminate: ${inline(asBracket(rule))}`, `was ${inline(rule)}, which is one bracket that stops`);
}

export function keepBudget({ sweep, budget: more }: ForeignSweep, epochs: unknown, keep: Keep): void {
  const rule = isMapping(sweep["early_terminate"]) ? sweep["early_terminate"] : {};
  const metric = isMapping(sweep["metric"]) ? sweep["metric"] : {};
  const budget = given({
    trials: typeof sweep["run_cap"] === "number" ? sweep["run_cap"] : 50,
    epochs: [more.epochs, epochs, rule["max_iter"]].find((one) => typeof one === "number"),
    wall_time: more.wall_time,
    target: typeof metric["target"] === "number" ? metric["target"] : undefined,
  });
  const comment = sweep["run_cap"] === undefined ? "to choose: the other sweep does not end by itself" : "";
  keep(`budget: ${inline(budget)}`, comment);
}

/** The text of the new file. */
export function written(from: string, lines: readonly Line[], lost: readonly string[]): string {
  const head = `# Translated from ${from} by seqtune translate. seqtune check shows what it would do.`;
  const body = lines.map(({ text, comment }) => (comment === "" ? text : `${text} # ${oneLine(comment)}`));
  return [head, ...body, ...lost.map((one) => `# not kept: ${oneLine(one)}`), ""].join("\n");
}

/** W&B's parameters may hold groups of parameters. */
export function flattened(
  section: unknown,
  path: readonly string[],
): (readonly [readonly string[], unknown])[] {
  if (!isMapping(section)) return [];
  return Object.entries(section).flatMap(([name, spec]) => {
    const own = [...path, ...name.split(/[./]/)];
    return isMapping(spec) && isMapping(spec["parameters"])
      ? flattened(spec["parameters"], own)
      : [[own, spec] as const];
  });
}

export function inline(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false }).trim();
}

export function given(mapping: Mapping): Mapping {
  return Object.fromEntries(Object.entries(mapping).filter(([, value]) => value !== undefined));
}

/** A single value as a word; anything else as it is written. */
export function word(value: unknown): string {
  return typeof value === "string" ? value : inline(value);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
