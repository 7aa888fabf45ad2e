import { fork, type ChildProcess, type ForkOptions } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Starts a program of `worker/` that looks at this machine and says what it finds, beside this file in the sources or in dist/. */
export function forkCheck(
  name: "doctor" | "gpu-check",
  args: readonly string[],
  options: Pick<ForkOptions, "stdio" | "timeout">,
): ChildProcess {
  const inSource = import.meta.url.endsWith(".ts");
  const entry = new URL(`../../worker/${name}.${inSource ? "ts" : "js"}`, import.meta.url);
  const execArgv = inSource ? ["--import", import.meta.resolve("tsx")] : [];
  return fork(fileURLToPath(entry), args, { ...options, execArgv });
}
