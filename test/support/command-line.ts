import pc from "picocolors";
import type { Io } from "../../orchestrator/cli/io.ts";
import { runCli } from "../../orchestrator/cli/program.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command line in a folder, in this process, without colours and with an endless terminal. */
export function commandLineIn(cwd: string): (...args: readonly string[]) => Promise<Ran> {
  return async (...args) => {
    let out = "";
    let err = "";
    const io: Io = {
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
      env: {},
      cwd,
      columns: Infinity,
      colors: pc.createColors(false),
      closed: new AbortController().signal,
      exitCode: 0,
    };
    const code = await runCli(args, io);
    return { code, out, err };
  };
}
