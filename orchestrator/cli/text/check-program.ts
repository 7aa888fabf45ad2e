import type { Trying } from "../../run/try-program.ts";
import type { ProgramCheck } from "../../views/check/program-check.ts";
import { duration, figure, paramText } from "../../views/numbers.ts";
import { printable } from "../../views/text-width.ts";
import { checkEntries, searchEntries, type CheckStyle, type Entry } from "./check.ts";
import { fold } from "./fold.ts";
import { nextCommands } from "./next-commands.ts";
import { shellWord } from "./shell-word.ts";
import { renderTable } from "./table.ts";

/** What a sweep of a program would do, and what came of trying it, for people. */
export function checkProgramText(check: ProgramCheck, tried: Trying | null, style: CheckStyle): string {
  const { columns, colors } = style;
  const { example } = check;
  const known = style.known === null ? [] : [["known", style.known] as const];
  const title = tried === null ? "can run; nothing was run" : "was tried";
  const variables = renderTable(
    [{ head: "variable" }, { head: "value, here" }, { head: "", optional: true }],
    example.variables.map(({ name, value, about }) => [name, value, about].map((text) => ({ text }))),
    columns,
    colors.bold,
  );
  const parts = [
    [colors.bold(`${check.name} ${title}`)],
    checkEntries([...programEntries(check), ...searchEntries(check), ...known], columns, colors),
    variables.lines,
    tried === null ? [] : tryingLines(tried, check, style),
    nextCommands(nextOf(tried, style.file), { ...style, dbHint: "" }),
  ];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n");
}

function programEntries({ program, example, baselines, metric, goal }: ProgramCheck): Entry[] {
  const limit = program.timeoutMs === undefined ? "no time limit" : `at most ${duration(program.timeoutMs)}`;
  const better = goal === "minimize" ? "smaller" : "larger";
  const figures = baselines.map(({ name, value }) => `${name} ${figure(value)}`);
  return [
    ["program", example.command.map(shellWord).join(" ")],
    ["runs in", `${program.folder ?? ""}; ${limit}; ${duration(program.graceMs)} to end when asked to`],
    ["ranked by", `${metric}, better when ${better}`],
    ...(figures.length === 0 ? [] : [["beside", figures.join(", ")] as const]),
  ];
}

function tryingLines(
  { end, log, params, reports, seconds }: Trying,
  { metric }: ProgramCheck,
  style: CheckStyle,
): string[] {
  const { columns, colors } = style;
  const shown = Object.entries(params).map(([name, value]) => `${name} ${paramText(value)}`);
  const said = reports.map(({ epoch, metrics }) => {
    const numbers = Object.entries(metrics).map(([name, value]) => `${name} ${figure(value)}`);
    return `epoch ${epoch}: ${numbers.join(", ")}`;
  });
  const head = `${endWords(end, metric)} after ${duration(seconds * 1000)}, with ${shown.join(", ") || "no parameters"}`;
  return [
    ...fold(head, columns).map(end.kind === "failed" ? colors.red : colors.bold),
    ...said.flatMap((line) => fold(`  ${printable(line)}`, columns)),
    ...log.notes.flatMap((note) => fold(`note: ${printable(note)}`, columns).map(colors.yellow)),
    ...log.lines.slice(-20).map((line) => colors.dim(`  ${printable(line)}`)),
  ];
}

function endWords(end: Trying["end"], metric: string): string {
  switch (end.kind) {
    case "complete":
      return "it ended well";
    case "paused":
      return "its first epoch is done, and it would go on from there";
    case "stopped":
      return "it was stopped";
    case "handed_back":
      return "it handed the trial back (exit code 75)";
    case "diverged":
      return `${metric} is not a number: ${end.reason}`;
    case "failed":
      return `it failed: ${printable(end.message)}`;
    default:
      return end satisfies never;
  }
}

function nextOf(tried: Trying | null, file: string): { command: string; about: string }[] {
  const run = { command: `run ${file}`, about: "run it" };
  if (tried === null) return [{ command: `check ${file} --try`, about: "run one short trial" }, run];
  return tried.end.kind === "failed" ? [] : [run];
}
