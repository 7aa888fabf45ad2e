import { parse } from "yaml";
import { z } from "zod";
import { ContinuousParameterError } from "../../search/domain.ts";
import { SettingError } from "../../search/settings.ts";
import { methods } from "../config/methods.ts";
import { pruners } from "../config/pruners.ts";
import type { Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { searchOf } from "../search-of.ts";

/** A sweep as it might be searched. */
export interface Strategy {
  readonly name: string;
  readonly sweep: Sweep;
}

/**
 * Reads `median,tpe+asha,none,{type: asha, eta: 3}`: names of search methods and of rules of early termination, with
 * default settings or as they stand in a sweep file, joined by +. `sweep`: the sweep as it is; `none`: without
 * early termination. What is not named stays as the sweep has it. Throws `UserError`.
 */
export function readStrategies(text: string, sweep: Sweep): readonly Strategy[] {
  const names = splitOutside(text, ",");
  return names.map((name) => {
    const changed = splitOutside(name, "+").reduce((before, part) => change(before, part, sweep), {
      ...sweep,
      earlyTerminate: undefined as Sweep["earlyTerminate"] | undefined,
    });
    const strategy = { ...changed, earlyTerminate: changed.earlyTerminate ?? sweep.earlyTerminate };
    checkSearch(name, strategy);
    return { name, sweep: strategy };
  });
}

/** Range tests train nothing that could be compared. */
const searches = Object.fromEntries(Object.entries(methods).filter(([name]) => name !== "lr_range"));

type Draft = Omit<Sweep, "earlyTerminate"> & { earlyTerminate: Sweep["earlyTerminate"] | undefined };

function change(draft: Draft, part: string, sweep: Sweep): Draft {
  const given = part.startsWith("{") ? readMapping(part) : part;
  if (given === "sweep") return { ...draft, earlyTerminate: sweep.earlyTerminate };
  if (given === "none") return { ...draft, earlyTerminate: [] };
  const name = typeof given === "string" ? given : given["name"];
  if (typeof name === "string" && Object.hasOwn(searches, name)) {
    const settings = read(part, searches[name]!.settings, typeof given === "string" ? { name } : given);
    return { ...draft, method: { ...settings, name } };
  }
  const type = typeof given === "string" ? given : given["type"];
  if (typeof type === "string" && Object.hasOwn(pruners, type)) {
    const settings = read(part, pruners[type]!.settings, typeof given === "string" ? { type } : given);
    return { ...draft, earlyTerminate: [...(draft.earlyTerminate ?? []), { ...settings, type }] };
  }
  const allowed = ["sweep", "none", ...Object.keys(searches), ...Object.keys(pruners)].join(", ");
  throw new UserError(
    `cannot compare "${part}"; allowed: ${allowed}, or one with settings: {type: asha, eta: 3}`,
  );
}

function readMapping(text: string): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(parse(text));
  } catch (cause) {
    throw new UserError(`cannot read "${text}"; write it as in a sweep file: {type: asha, eta: 3}`, {
      cause,
    });
  }
}

function read(part: string, schema: z.ZodObject, value: unknown): Readonly<Record<string, unknown>> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const setting = issue?.path.join(".") ?? "";
  throw new UserError(`cannot compare "${part}": ${setting}: ${issue?.message ?? ""}`);
}

/** Settings that do not fit the budget or the space are told before the first study is played. */
function checkSearch(name: string, sweep: Sweep): void {
  const schedulers = sweep.earlyTerminate.filter(({ type, mode }) => type === "thaw" || mode === "promote");
  if (schedulers.length > 1) {
    const types = schedulers.map(({ type }) => type).join(" and ");
    throw new UserError(`cannot compare "${name}": ${types} both decide which paused trial goes on`);
  }
  try {
    searchOf(sweep);
  } catch (cause) {
    if (!(cause instanceof SettingError || cause instanceof ContinuousParameterError)) throw cause;
    throw new UserError(`cannot compare "${name}": ${cause.message}`, { cause });
  }
}

/** Parts between separators that are not inside braces. */
function splitOutside(text: string, separator: "," | "+"): string[] {
  const parts: string[] = [""];
  let depth = 0;
  for (const letter of text) {
    if (letter === "{" || letter === "[") depth += 1;
    if (letter === "}" || letter === "]") depth -= 1;
    if (letter === separator && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
}
