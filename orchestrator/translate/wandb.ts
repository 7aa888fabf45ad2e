import type { ForeignProgram, ForeignSweep, Mapping } from "./foreign.ts";
import { isMapping } from "../config/check.ts";
import { flattened } from "./lines.ts";

/** W&B's sweep configuration (docs.wandb.ai, sweep configuration). */
export function ofWandb(sweep: Mapping): ForeignSweep {
  const { program, command } = sweep;
  const namesProgram = typeof program === "string" || typeof command === "string" || Array.isArray(command);
  return {
    tool: "W&B",
    sweep,
    program: namesProgram ? programOf(sweep) : undefined,
    budget: {},
    more: [],
    lost: [],
  };
}

/** W&B's default (docs.wandb.ai, sweep configuration, command). */
const usual = ["${env}", "${interpreter}", "${program}", "${args}"];

function programOf({ program, command, parameters }: Mapping): ForeignProgram {
  const file = typeof program === "string" ? program : "";
  if (typeof command === "string") return programLine(command);
  const names = isMapping(parameters) ? flattened(parameters, []).map(([path]) => path.join(".")) : [];
  const items: readonly unknown[] = Array.isArray(command) ? command : usual;
  const said: string[] = [];
  return { section: { command: items.flatMap((item) => itemOf(String(item), file, names, said)) }, said };
}

/** A command that is one text. */
export function programLine(command: string): ForeignProgram {
  return {
    section: { command: [...command.trim().split(/\s+/), "${args}"] },
    said: [`was ${JSON.stringify(command)}; no shell reads it`],
  };
}

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
