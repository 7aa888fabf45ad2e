import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const cliProgram = fileURLToPath(new URL("../../bin/seqtune.js", import.meta.url));

export interface CliResult {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line in a process of its own; test/support/build.ts has built it. */
export async function runCli(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<CliResult> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [cliProgram, ...args], { cwd, env: { PATH, HOME, ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}
