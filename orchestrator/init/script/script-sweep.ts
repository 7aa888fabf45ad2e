import { impliedGoal } from "../../config/program.ts";
import { flow } from "../flow.ts";
import type { Use } from "./ranges.ts";
import type { Reporting } from "./reports.ts";

export interface ScriptSweep {
  readonly name: string;
  /** Path of the program, as it is seen from the sweep file. */
  readonly file: string;
  readonly interpreter: readonly string[];
  readonly uses: readonly Use[];
  readonly reporting: Reporting;
  /** What a trial trains by the program's default; `null`: it does not say. */
  readonly epochs: number | null;
  readonly workers: number;
}

/** Epochs of a trial where the program has an option for them and no default. */
const usualEpochs = 10;

/** A sweep file that runs a program, with a comment for everything that was found or assumed. */
export function scriptSweepText(sweep: ScriptSweep): string {
  const { name, file, uses, reporting, epochs, workers } = sweep;
  const searched = uses.filter((use) => use.kind === "search");
  const trials = searched.length > 2 ? 40 : 20;
  const { metric } = reporting;
  const perTrial = epochs ?? (takesEpochs(uses) ? usualEpochs : 1);
  return `# Written by seqtune init, which looked at ${file} without running it. Every line may be changed: docs/programs.md says what each can be.
name: ${flow(name)}
seed: 1
method: tpe
program: { command: ${flow(commandOf(sweep))} } # a list; no shell reads it. \${args}: the parameters below, as --name=value
metric: ${flow(metricSection(metric))} # what trials are ranked by${reporting.guessed ? ": a guess" : ""}

parameters:
${searched.map(({ option, space, why }) => `  ${flow(option.name)}: ${flow(space)}${comment(option.fallback, why)}\n`).join("")}${offers(uses)}
budget: { trials: ${trials}, epochs: ${perTrial} } # ${budgetWords(sweep, perTrial)}
${perTrial >= 4 ? `early_terminate: { type: median, min_epochs: ${Math.max(1, Math.floor(perTrial / 4))} } # worse than half of the others so far: stopped\n` : ""}workers: ${workers}
`;
}

/** How the program is run, from the folder of the sweep file. */
export function commandOf({
  file,
  interpreter,
  uses,
}: Pick<ScriptSweep, "file" | "interpreter" | "uses">): readonly string[] {
  const given = uses.flatMap((use) => (use.kind === "given" ? [`--${use.option.name}=\${${use.by}}`] : []));
  return [...interpreter, file, ...given, "${args}"];
}

/** The goal is written only where the name leaves it open. */
function metricSection(name: string): { readonly name: string; readonly goal?: "minimize" } {
  return impliedGoal(name) === undefined ? { name, goal: "minimize" } : { name };
}

function offers(uses: readonly Use[]): string {
  const offered = uses.filter((use) => use.kind === "offer");
  if (offered.length === 0) return "";
  const lines = offered.map(
    ({ option, space }) => `  # ${flow(option.name)}: ${flow(space)}${comment(option.fallback, "")}\n`,
  );
  return `  # Not searched; take away the # where one of these matters:\n${lines.join("")}`;
}

function budgetWords({ uses, epochs }: ScriptSweep, perTrial: number): string {
  if (takesEpochs(uses))
    return epochs === null ? "--epochs has no default: a guess" : "epochs: as the program has it";
  if (epochs !== null) return "epochs: as the program's text has it; it must be right";
  return `the program has no option for epochs: ${perTrial} report per trial; set how many epochs it trains and reports`;
}

function takesEpochs(uses: readonly Use[]): boolean {
  return uses.some((use) => use.kind === "given" && use.by === "epochs");
}

function comment(fallback: number | string | null, why: string): string {
  const words = [fallback === null ? "" : `default ${fallback}`, why].filter((part) => part !== "");
  return words.length === 0 ? "" : ` # ${words.join("; ")}`;
}
