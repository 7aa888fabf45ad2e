import type { ScriptOption } from "../../init/script/options.ts";
import type { Space, Use } from "../../init/script/ranges.ts";
import type { WrittenScriptSweep } from "../../init/script/init-script.ts";
import { printable } from "../../views/text-width.ts";
import type { Io } from "../io.ts";
import { shellWord } from "./shell-word.ts";

/** What `init` made of a training script, for people. `file`, `sweep`: paths as they are typed here. */
export function initScriptText(
  io: Pick<Io, "colors">,
  file: string,
  sweep: string,
  { uses, reporting, addLine, remarks }: WrittenScriptSweep,
): string {
  const width = Math.max(...uses.map(({ option }) => option.name.length)) + 2;
  const lines = uses.map((use) => `  ${printable(`--${use.option.name}`).padEnd(width)}  ${useWords(use)}`);
  const metric = reporting.guessed
    ? `nothing in it names a metric; ${reporting.metric} is a guess: name yours with --metric`
    : `trials are ranked by ${printable(reporting.metric)}; --metric names another one`;
  const look = [metric, ...remarks].map((sentence) => `  ${io.colors.yellow("look")} ${printable(sentence)}`);
  const report =
    addLine === null
      ? []
      : [
          "to do: report after each epoch, in a line of JSON; add to the script, with its own names:",
          `  ${io.colors.bold(printable(addLine))}`,
          "",
        ];
  return [
    `${printable(file)}: ${uses.length} options, read without running it`,
    "",
    "options",
    ...lines,
    ...look,
    "",
    `wrote ${printable(sweep)}`,
    "",
    ...report,
    "next",
    `  seqtune check ${shellWord(sweep)} --try   one epoch of one trial`,
    `  seqtune run ${shellWord(sweep)}`,
  ].join("\n");
}

function useWords(use: Use): string {
  const { option } = use;
  switch (use.kind) {
    case "search":
      return `searched: ${spaceWords(use.space)}${defaultWords(option)}`;
    case "offer":
      return `not searched${defaultWords(option)}; its range is in the file as a comment`;
    case "given":
      return use.by === "epochs" ? `budget.epochs of the sweep${defaultWords(option)}` : "the trial's seed";
    case "leave":
    default:
      return `not searched: ${use.why}`;
  }
}

function spaceWords(space: Space): string {
  if ("values" in space) return space.values.map(String).map(printable).join(", ");
  return `${space.min} to ${space.max}${space.distribution === "log_uniform" ? " (log)" : ""}`;
}

function defaultWords({ fallback }: ScriptOption): string {
  return fallback === null ? "" : ` (default ${printable(String(fallback))})`;
}

/** The shape that programs read: fields are added, never changed. */
export function initScriptJson(sweep: string, written: WrittenScriptSweep): unknown {
  const { command, uses, reporting, addLine, remarks } = written;
  return {
    sweep,
    command,
    metric: reporting.metric,
    reports: reporting.keys,
    addLine,
    options: uses.map((use) => ({
      name: use.option.name,
      line: use.option.line,
      default: use.option.fallback,
      use: use.kind,
      ...("space" in use && { space: use.space }),
    })),
    remarks,
  };
}
