import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { until } from "./until.ts";

/** A TypeScript file that runs as a process of its own and says what it does line by line. */
export interface Script {
  readonly pid: number;
  /** What it printed so far. */
  readonly lines: readonly string[];
  /** What it said on standard error so far. */
  readonly errors: readonly string[];
  /** Waits for a line that begins with `start`, also one printed before. */
  line(start: string): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** The exit code, or the signal that ended it, and what it said on stderr. */
  readonly ended: Promise<{ readonly how: number | NodeJS.Signals; readonly stderr: string }>;
}

/** `wrap` is a command that runs the command it is given, such as `["nice"]`. */
export function startScript(
  file: URL,
  args: readonly string[],
  wrap: readonly [string, ...string[]] | null = null,
): Script {
  const node = [process.execPath, "--import", "tsx", fileURLToPath(file), ...args] as const;
  const [command, ...rest] = wrap === null ? node : [...wrap, ...node];
  // A test run in colors asks its child processes for colors, too; what they print is compared as plain text.
  const env = { ...process.env, NO_COLOR: "1" };
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"], env });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  const stderr: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr.push(text));
  const ended = endOf(child, stderr);
  let isOver = false;
  const over = (): void => void (isOver = true);
  ended.then(over, over);
  return {
    pid: child.pid ?? -1,
    lines,
    errors: stderr,
    line: async (start) => {
      const found = () => lines.find((line) => line.startsWith(start));
      await until(() => found() !== undefined || isOver, `"${start}" from ${file.pathname}`);
      const line = found();
      if (line === undefined)
        throw new Error(`${file.pathname} ended without "${start}": ${stderr.join("")}`);
      return line;
    },
    kill: (signal) => {
      child.kill(signal);
    },
    ended,
  };
}

async function endOf(
  child: ChildProcessByStdio<null, Readable, Readable>,
  stderr: readonly string[],
): Promise<{ how: number | NodeJS.Signals; stderr: string }> {
  // "close" comes after the last line was read.
  await once(child, "close");
  return { how: child.exitCode ?? child.signalCode ?? -1, stderr: stderr.join("") };
}
