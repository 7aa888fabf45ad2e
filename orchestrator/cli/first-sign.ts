import type { Io } from "./io.ts";

/** Commands whose code or data take a while to load. */
const slow = new Set(["run", "resume", "watch", "check", "init"]);
const otherViews = new Set(["--json", "--quiet", "--plain", "--once", "--help", "-h"]);

/** Shows on a terminal at once that a command has begun. Returns what takes it away again. */
export function firstSign(io: Io, command: string, args: readonly string[]): () => void {
  const isLive = slow.has(command) && Number.isFinite(io.columns) && !args.some((arg) => otherViews.has(arg));
  return isLive ? starting(io) : () => {};
}

/** Shows on a terminal what goes on, by default that more is loaded. Returns what takes it away again. */
export function starting(io: Io, words = "starting …"): () => void {
  io.stdout.write(io.colors.dim(words));
  return () => {
    io.stdout.write(clearedLine);
  };
}

/** Back to the start of the line, and the line is empty. */
export const clearedLine = "\r\u001b[2K";
