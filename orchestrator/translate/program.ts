import { isMapping } from "../config/check.ts";
import { isProgramParameter } from "../config/program.ts";
import {
  flattened,
  inline,
  keepBudget,
  keepHead,
  keepRule,
  sweepKeys,
  word,
  written,
  type Keep,
  type Line,
  type Mapping,
} from "./lines.ts";
import { ofProgram, translateParameter } from "./parameter.ts";

const known: ReadonlySet<string> = new Set(sweepKeys);

/** Does the sweep say what to run? */
export function namesProgram({ program, command }: Mapping): boolean {
  return typeof program === "string" || typeof command === "string" || Array.isArray(command);
}

/** A sweep in W&B's form as the text of a sweep file that runs the same program, with a comment for each thing it changed or could not keep. */
export function translateProgram(sweep: Mapping, from: string): string {
  const lines: Line[] = [];
  const lost: string[] = [];
  const keep: Keep = (text, comment = "") => void lines.push({ text, comment });
  keepHead(sweep, keep);
  const { searched, epochs } = parametersOf(sweep["parameters"], lost);
  const names = [...searched.keys()];
  const said: string[] = [];
  const command = commandOf(sweep, names, said);
  keep(`program: {command: ${inline(command)}}`, said.join("; "));
  const metric = isMapping(sweep["metric"]) ? sweep["metric"] : {};
  const name = metric["name"] === undefined ? "val_loss" : word(metric["name"]);
  keep(
    `metric: ${inline({ name, goal: metric["goal"] ?? "minimize" })}`,
    `to do: for each epoch the program prints a line such as {"epoch": 1, "${name}": 0.21}`,
  );
  keep("parameters:");
  for (const { text, comment } of searched.values()) keep(`  ${text}`, comment);
  keepBudget(sweep, metric, epochs, keep);
  keepRule(sweep["early_terminate"], keep);
  for (const key of Object.keys(sweep).filter((one) => !known.has(one)))
    lost.push(`${key}: ${inline(sweep[key])}`);
  return written(from, lines, lost);
}

/** W&B's default (docs.wandb.ai, sweep configuration, command). */
const usual = ["${env}", "${interpreter}", "${program}", "${args}"];

/** What each of W&B's words is here. */
function itemOf(item: string, program: string, names: readonly string[], said: string[]): readonly string[] {
  switch (item) {
    case "${env}":
      return []; // /usr/bin/env finds a program on the path, and so do we
    case "${interpreter}":
      return ["python"];
    case "${args_no_boolean_flags}":
      said.push(
        "was ${args_no_boolean_flags}: a true flag comes as --name=true, a false one as --name=false",
      );
      return ["${args}"];
    case "${args_no_hyphens}":
      return names.map((name) => `${name}=\${${name}}`);
    case "${args_json_file}":
      return ["${params}"];
    case "${args_json}":
      said.push("was ${args_json}, the parameters as text: they are in a file here");
      return ["${params}"];
    default:
      return [plain(item.replaceAll("${program}", program), said)];
  }
}

/** A `${…}` of theirs that we do not know is no placeholder here. */
function plain(item: string, said: string[]): string {
  return item.replace(/\$\{(?!args\})([^{}]*)\}/g, (_, name: string) => {
    said.push(`\${${name}} has no counterpart`);
    return name;
  });
}

function commandOf({ program, command }: Mapping, names: readonly string[], said: string[]): string[] {
  const file = typeof program === "string" ? program : "";
  if (typeof command === "string") {
    said.push(`was ${JSON.stringify(command)}; no shell reads it`);
    return [...command.trim().split(/\s+/), "${args}"];
  }
  const items: readonly unknown[] = Array.isArray(command) ? command : usual;
  return items.flatMap((item) => itemOf(String(item), file, names, said));
}

interface Parameters {
  readonly searched: ReadonlyMap<string, Line>;
  /** Where one value says how long a trial is. */
  readonly epochs: unknown;
}

const forEpochs = new Set(["epochs", "num_epochs", "n_epochs", "max_epochs"]);

function parametersOf(section: unknown, lost: string[]): Parameters {
  const searched = new Map<string, Line>();
  let epochs: unknown;
  for (const [path, spec] of flattened(section, [])) {
    const name = path.join(".");
    if (forEpochs.has(name) && isMapping(spec)) epochs = spec["value"];
    const translated = translateParameter(spec, ofProgram(name));
    if (!translated.ok) lost.push(`${name}: ${inline(spec)} (${translated.reason})`);
    else if (!isProgramParameter(name))
      lost.push(`${name}: ${inline(spec)} (a name is letters, digits, dots, - and _, at most 60 characters)`);
    else {
      const grouped = path.length > 1 ? [`comes as --${name}=…`] : [];
      const comment = [...grouped, ...translated.changes].join("; ");
      searched.set(name, { text: `${name}: ${inline(translated.spec)}`, comment });
    }
  }
  return { searched, epochs };
}
