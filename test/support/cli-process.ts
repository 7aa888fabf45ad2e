import { startScript, type Script } from "./script.ts";

/** The command line as a process of its own, from its sources. */
export function startCli(args: readonly string[]): Script {
  return startScript(new URL("../../orchestrator/cli/main.ts", import.meta.url), args);
}
