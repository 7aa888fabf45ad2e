import { formatSweepErrors } from "../../../orchestrator/config/errors.ts";
import { loadSweep, type LoadedSweep } from "../../../orchestrator/config/load.ts";
import type { Sweep } from "../../../orchestrator/config/sweep.ts";

/** Loads a sweep file from memory; it lies at /lab/sweep.yaml. */
export function loadText(text: string | Uint8Array): Promise<LoadedSweep> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return loadSweep("/lab/sweep.yaml", { readFile: () => Promise.resolve(bytes) });
}

/** What a user reads who runs this bad file. The folder is cut off to keep expectations readable. */
export async function errorsOf(text: string | Uint8Array): Promise<string> {
  const loaded = await loadText(text);
  if (loaded.ok) throw new Error("the sweep was accepted");
  return formatSweepErrors(loaded.errors).replaceAll("/lab/", "");
}

export async function warningsOf(text: string): Promise<string> {
  const loaded = await loadText(text);
  if (!loaded.ok) throw new Error(formatSweepErrors(loaded.errors));
  return formatSweepErrors(loaded.warnings).replaceAll("/lab/", "");
}

export async function sweepOf(text: string): Promise<Sweep> {
  const loaded = await loadText(text);
  if (!loaded.ok) throw new Error(formatSweepErrors(loaded.errors));
  return loaded.sweep;
}

/** A small good sweep around `parameters`, with further top-level lines. */
export function sweepWith(parameters: string, more = ""): string {
  const lines = parameters.split("\n").map((line) => `  ${line}`);
  return ["data: {file: a.csv, targets: [y]}", "budget: {trials: 5}", "parameters:", ...lines, more, ""].join(
    "\n",
  );
}

/** The hint behind the first error of a sweep with this line under `section:`. */
export async function hint(section: string, line: string): Promise<string> {
  const sections = new Map([
    ["data", "file: a.csv, targets: [y]"],
    ["model", ""],
    ["budget", "trials: 5"],
    ["metric", ""],
  ]);
  const given = sections.get(section);
  if (given !== undefined) sections.set(section, given === "" ? line : `${given}, ${line}`);
  const text = [...sections].filter(([, keys]) => keys !== "").map(([name, keys]) => `${name}: {${keys}}`);
  const parameters = section === "parameters" ? line : "dropout: {value: 0.1}";
  const top = section === "top" ? [line] : [];
  const message = await errorsOf([...text, ...top, "parameters:", `  ${parameters}`, ""].join("\n"));
  return message.split("\n")[0]!.replace(/^sweep.yaml:\d+:\d+: /, "");
}
