import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface BesideDashboard {
  stop(): void;
}

/**
 * Starts `seqtune dashboard` beside a run, in a process of its own, and tells where it is, or why there is none. It ends with
 * this process, however that ends; Ctrl-C in the terminal does not reach it, so it shows trials being handed back.
 */
export function startBeside(db: string, tell: (message: string) => void): BesideDashboard {
  const program = process.argv[1]!;
  const child = spawn(
    process.execPath,
    [...process.execArgv, program, "dashboard", "--db", db, "--with-parent"],
    {
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    },
  );
  let isStopped = false;
  let trouble = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (trouble += text));
  createInterface({ input: child.stdout }).once("line", (address) => {
    tell(`dashboard: ${address}`);
  });
  child.once("error", (error) => {
    tell(`no dashboard: ${error.message}`);
  });
  child.once("exit", () => {
    if (!isStopped)
      tell(`the dashboard has ended: ${trouble.trim().replace(/^seqtune: /, "") || "without a word"}`);
  });
  return {
    stop: () => {
      isStopped = true;
      child.kill();
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      child.unref();
    },
  };
}
