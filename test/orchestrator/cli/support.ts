import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pc from "picocolors";
import { afterAll } from "vitest";
import type { Io } from "../../../orchestrator/cli/io.ts";
import { runCli } from "../../../orchestrator/cli/program.ts";
import { removeFolder } from "../../support/remove-folder.ts";

export interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd: string;
  readonly columns?: number;
  readonly colors?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** What the command line says to these arguments, in this process. The working folder reads as `/lab`. */
export async function tell(args: readonly string[], around: Surroundings): Promise<Told> {
  let stdout = "";
  let stderr = "";
  const io: Io = {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: around.env ?? {},
    cwd: around.cwd,
    columns: around.columns ?? Infinity,
    colors: pc.createColors(around.colors ?? false),
    closed: new AbortController().signal,
    exitCode: 0,
  };
  const code = await runCli(args, io);
  const clean = (text: string): string => text.replaceAll(around.cwd, "/lab");
  return { code, stdout: clean(stdout), stderr: clean(stderr) };
}

/** A folder that is gone after the tests of the file. */
export function labFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "seqtune-cli-"));
  afterAll(() => removeFolder(folder));
  return folder;
}
