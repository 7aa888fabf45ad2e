import pc from "picocolors";
import { jsonText } from "../views/text-width.ts";

export type Colors = ReturnType<typeof pc.createColors>;

export interface Output {
  write(text: string): unknown;
}

/** What a command knows of its surroundings, and where it writes. `processIo` is the real one. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Width of the terminal; Infinity when standard output is a file or a pipe. */
  readonly columns: number;
  /** Of standard output. They do nothing where colours are not wanted. */
  readonly colors: Colors;
  /** Aborted when standard output has no reader any more (`| head`). */
  readonly closed: AbortSignal;
  /** What the process will end with; 0 unless a command sets it. */
  exitCode: number;
}

export function print(io: Io, text: string): void {
  io.stdout.write(`${text}\n`);
}

/** For people, also while standard output carries data. */
export function note(io: Io, text: string): void {
  io.stderr.write(`${text}\n`);
}

export function printJson(io: Io, value: unknown): void {
  print(io, jsonText(value, 2));
}

/** The streams and the environment of this process. */
export function processIo(): Io {
  const { stdout, stderr, env } = process;
  const closed = new AbortController();
  // Without a listener a closed pipe is a crash. What is written afterwards goes nowhere.
  for (const stream of [stdout, stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
      if (stream === stdout) closed.abort();
    });
  }
  return {
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    columns: stdout.isTTY ? stdout.columns : Infinity,
    colors: pc.createColors(wantsColors(env, stdout.isTTY)),
    closed: closed.signal,
    exitCode: 0,
  };
}

/** https://no-color.org; FORCE_COLOR for recordings. Otherwise on terminals that know colours. */
function wantsColors(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"]) return env["FORCE_COLOR"] !== "0";
  return isTerminal && env["TERM"] !== "dumb";
}
