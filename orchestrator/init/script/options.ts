import type { Call, Literal } from "./calls.ts";

/** An option of a program's command line, as its text declares it. */
export interface ScriptOption {
  /** As it is written behind `--`. */
  readonly name: string;
  /** `flag`: it takes no value. */
  readonly kind: "whole" | "number" | "text" | "flag";
  /** `null`: none, or one that only a run would tell. */
  readonly fallback: number | string | null;
  readonly choices: readonly (number | string)[];
  readonly required: boolean;
  /** From 1. */
  readonly line: number;
}

/**
 * The options that a program declares: Python's argparse (`add_argument`) and click (`@click.option`), Node's `parseArgs`, commander
 * (`.option`) and yargs (`.option`, `.options`). Positional arguments are no options.
 */
export function optionsOf(calls: readonly Call[]): readonly ScriptOption[] {
  const found = calls.flatMap((call) => {
    const reader = readers.get(call.name);
    return reader === undefined ? [] : reader(call);
  });
  const byName = new Map(found.map((option) => [option.name, option])); // the last one counts, as in a program
  return [...byName.values()];
}

const readers: ReadonlyMap<string, (call: Call) => readonly ScriptOption[]> = new Map([
  ["add_argument", python],
  ["option", (call: Call) => (/\bclick\b|^option$/.test(call.callee) ? python(call) : commander(call))],
  ["requiredOption", commander],
  ["options", (call: Call) => described(call.positional[0], call.line)],
  ["parseArgs", (call: Call) => described(entry(call.positional[0], "options"), call.line)],
]);

/** argparse and click: `("--lr", "-l", type=float, default=0.01, choices=[…], action="store_true")`. */
function python({ positional, named, line }: Call): readonly ScriptOption[] {
  const names = positional.flatMap((one) => (isText(one) ? one.value.split("/") : []));
  const long = names.find((name) => name.startsWith("--"));
  if (long === undefined) return [];
  const action = text(named.get("action"));
  const isFlag =
    (action !== null && action !== "store" && action !== "append") ||
    word(named.get("action"))?.endsWith("BooleanOptionalAction") === true ||
    truth(named.get("is_flag"));
  const type = word(named.get("type"));
  const choices = choicesOf(named.get("choices")).concat(choicesIn(type));
  return [
    option(long, {
      isFlag,
      type,
      fallback: named.get("default"),
      choices,
      required: truth(named.get("required")),
      line,
    }),
  ];
}

/** commander: `("-l, --lr <number>", "words", parseFloat, 0.01)`, of which the function or the default may be left out. */
function commander(call: Call): readonly ScriptOption[] {
  const [flags, second, ...rest] = call.positional;
  if (flags === undefined || !isText(flags)) return [];
  const long = /--([\w-]+)/.exec(flags.value)?.[0];
  if (long === undefined) return second === undefined ? [] : describedOption(flags.value, second, call.line);
  const type = rest.map((one) => word(one)).find((one) => one !== null) ?? null;
  return [
    option(long, {
      isFlag: !/[<[]/.test(flags.value),
      type,
      fallback: rest.findLast((one) => one.kind === "value"),
      choices: [],
      required: call.name === "requiredOption",
      line: call.line,
    }),
  ];
}

/** parseArgs and yargs: `{ lr: { type: "string", default: "0.01" } }`. */
function described(settings: Literal | undefined, line: number): readonly ScriptOption[] {
  if (settings?.kind !== "record") return [];
  return [...settings.entries].flatMap(([name, one]) => describedOption(name, one, line));
}

function describedOption(name: string, settings: Literal, line: number): readonly ScriptOption[] {
  if (settings.kind !== "record") return [];
  const type = text(entry(settings, "type"));
  return [
    option(name, {
      isFlag: type === "boolean",
      type,
      fallback: entry(settings, "default"),
      choices: choicesOf(entry(settings, "choices")),
      required: truth(entry(settings, "demandOption")),
      line,
    }),
  ];
}

interface Declared {
  readonly isFlag: boolean;
  readonly type: string | null;
  readonly fallback: Literal | undefined;
  readonly choices: readonly (number | string)[];
  readonly required: boolean;
  readonly line: number;
}

function option(long: string, { isFlag, type, fallback, choices, required, line }: Declared): ScriptOption {
  const value = fallback?.kind === "value" && typeof fallback.value !== "boolean" ? fallback.value : null;
  const numeric = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  const isWhole = type !== null && /^(?:int|click\.INT|parseInt|IntRange.*|click\.IntRange.*)$/.test(type);
  const isNumber =
    type !== null && /^(?:float|click\.FLOAT|parseFloat|Number|number|click\.FloatRange.*)$/.test(type);
  const known = { name: long.replace(/^--/, ""), choices, required, line };
  if (isFlag || (fallback?.kind === "value" && typeof fallback.value === "boolean"))
    return { ...known, kind: "flag", fallback: null };
  if (typeof numeric === "number" && Number.isFinite(numeric) && type !== "str") {
    const written = typeof value === "string" ? value : "";
    const whole = isWhole || (!isNumber && Number.isInteger(numeric) && !/[.e]/i.test(written));
    return { ...known, kind: whole ? "whole" : "number", fallback: numeric };
  }
  return { ...known, kind: isWhole ? "whole" : isNumber ? "number" : "text", fallback: value };
}

function choicesOf(literal: Literal | undefined): readonly (number | string)[] {
  if (literal?.kind !== "list") return [];
  return literal.items.flatMap((item) =>
    item.kind === "value" && (typeof item.value === "string" || typeof item.value === "number")
      ? [item.value]
      : [],
  );
}

/** click: `type=click.Choice(["adam", "sgd"])`. */
function choicesIn(type: string | null): readonly string[] {
  const list = /Choice\(\s*[[(]([^\])]*)/.exec(type ?? "")?.[1] ?? "";
  return [...list.matchAll(/["']([^"']+)["']/g)].map(([, name = ""]) => name);
}

function isText(literal: Literal): literal is { readonly kind: "value"; readonly value: string } {
  return literal.kind === "value" && typeof literal.value === "string";
}

function text(literal: Literal | undefined): string | null {
  return literal !== undefined && isText(literal) ? literal.value : null;
}

function word(literal: Literal | undefined): string | null {
  return literal?.kind === "word" ? literal.word : null;
}

function truth(literal: Literal | undefined): boolean {
  return literal?.kind === "value" && literal.value === true;
}

function entry(literal: Literal | undefined, name: string): Literal | undefined {
  return literal?.kind === "record" ? literal.entries.get(name) : undefined;
}
