import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { cliProgram } from "../../test/support/cli.ts";

/** The built dashboard as a process of its own. */
export async function serve(db: string): Promise<{
  readonly address: string;
  readonly pid: number;
  stop(): void;
}> {
  const child = spawn(process.execPath, [cliProgram, "dashboard", "--db", db, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [address] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return {
    address,
    pid: child.pid!,
    stop: () => {
      child.kill();
    },
  };
}
