import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import type { Channel } from "./frames.ts";
import { childChannel } from "./process-channel.ts";

/** How a process ended. */
export interface Exit {
  /** `null`: by a signal, or it could not be started. */
  readonly code: number | null;
  /** In words, with what it said last. */
  readonly reason: string;
}

/** A process that runs one of seqtune's own programs, or was to run it. */
export interface Program {
  readonly pid: number | undefined;
  readonly channel: Channel;
  kill(): void;
  /** Its end, or that there was no beginning; never rejects. */
  readonly over: Promise<Exit>;
}

/**
 * The young objects of a worker are few: what it trains lies outside the heap. With Node's own 16 MB, each of its two heaps keeps
 * what only its start needed.
 */
const leanHeap = ["--max-semi-space-size=1"];

/** Starts a `.js` or (in a checkout) `.ts` file. `env` is added to this process's environment. */
export function forkProgram(
  entry: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program {
  try {
    const child = fork(entry, args, {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, ...env },
      execArgv: [...leanHeap, ...(entry.endsWith(".ts") ? ["--import", import.meta.resolve("tsx")] : [])],
    });
    return {
      pid: child.pid,
      channel: childChannel(child),
      kill: () => void child.kill("SIGKILL"),
      over: endOf(child),
    };
  } catch (error) {
    // Some refusals of the system are thrown, others are events.
    return { pid: undefined, channel: noChannel, kill: () => {}, over: Promise.resolve(notStarted(error)) };
  }
}

const noChannel: Channel = { send: () => {}, onFrame: () => {}, onClose: () => {}, close: () => {} };

const keptErrorChars = 2000;
const longestWords = 1000;

/** Time for the last lines of a process that ended to arrive. */
const lastWordsMs = 200;

/**
 * Not the `close` event: that never comes once this side has disconnected, nor while a grandchild holds the pipe.
 */
async function endOf(child: ChildProcess): Promise<Exit> {
  let errors = "";
  const { stderr } = child;
  // A process that could not be started for want of files has none, whatever the types say.
  stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-keptErrorChars);
  });
  const refused = await new Promise<Error | null>((resolve) => {
    child.once("exit", () => resolve(null));
    // Also called for a kill or a message that failed, which says nothing about the process.
    child.on("error", (error) => {
      if (child.pid === undefined) resolve(error);
    });
  });
  if (refused !== null) return notStarted(refused);
  if (stderr?.readableEnded === false) await Promise.race([once(stderr, "end"), setTimeout(lastWordsMs)]);
  const { exitCode: code, signalCode: signal } = child;
  return { code, reason: describeExit(code, signal, errors) };
}

function describeExit(code: number | null, signal: NodeJS.Signals | null, errors: string): string {
  const lines = errors.trim().split("\n");
  const said = lines.find((line) => /^(\w*Error\b|FATAL)/.test(line)) ?? lines.at(-1) ?? "";
  const words = said === "" ? "" : `: ${said.slice(0, longestWords)}`;
  if (signal === "SIGKILL")
    return `worker process was killed (SIGKILL: by a person, or the system ran out of memory)${words}`;
  if (signal !== null) return `worker process ended by ${signal}${words}`;
  return `worker process ended with exit code ${code}${words}`;
}

const remedies: Readonly<Record<string, string>> = {
  EMFILE: "too many files are open; start fewer, or allow more with: ulimit -n",
  ENFILE: "too many files are open on this machine; start fewer",
  EAGAIN: "too many processes run; start fewer, or allow more with: ulimit -u",
  ENOMEM: "there is no memory for it; start fewer",
};

function notStarted(error: unknown): Exit {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const remedy = remedies[code];
  const why = remedy === undefined ? String(error) : `${code}: ${remedy}`;
  return { code: null, reason: `the system refused a worker process (${why})` };
}
