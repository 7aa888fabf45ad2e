import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

export interface GroupStart {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** A variable of `env`, with its value, that no other group has: who left the group is found by it. */
  readonly mark: string;
}

/** How the first process of a group ended. */
export interface GroupExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Between two looks whether a group is gone, at first and at most. */
const firstLookMs = 2;
const longestLookMs = 200;
/** Time for the last lines to arrive once every process is gone. */
const lastWordsMs = 200;

/**
 * A program with everything it starts: one process group, which is ended as a whole. It dies with this process, whatever
 * this process dies of.
 */
export class ProcessGroup {
  readonly exit: Promise<GroupExit>;
  private readonly child: ChildProcess;
  private readonly id: number;
  private readonly mark: string;
  private readonly guard: ChildProcess;
  private readonly closed: Promise<unknown>;

  /** Throws what the system refuses. */
  static async start(start: GroupStart): Promise<ProcessGroup> {
    const [program = "", ...args] = start.command;
    const mark = `${start.mark}=${start.env[start.mark] ?? ""}`;
    const guard = startGuard(mark); // before the program: it must not outlive this process by a moment
    try {
      const child = spawn(program, args, {
        cwd: start.folder,
        env: { ...start.env },
        detached: true, // a process group, and a session, of its own
        stdio: ["ignore", "pipe", "pipe"],
      });
      if (child.pid !== undefined) guard.stdin?.write(`${child.pid}\n`);
      const group = new ProcessGroup(child, guard, mark);
      await new Promise<void>((resolve, reject) => {
        child.once("spawn", resolve);
        child.once("error", reject);
      });
      return group;
    } catch (error) {
      guard.stdin?.end("\n\n");
      throw error;
    }
  }

  private constructor(child: ChildProcess, guard: ChildProcess, mark: string) {
    this.child = child;
    this.guard = guard;
    this.mark = mark;
    this.id = child.pid ?? 0;
    this.exit = new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal }));
    });
    this.closed = new Promise((resolve) => {
      child.once("close", resolve);
    });
    child.on("error", () => {}); // of a signal that could not be sent
  }

  /** Standard output and standard error. */
  onOutput(listener: (bytes: Buffer, stream: "out" | "err") => void): void {
    this.child.stdout?.on("data", (bytes: Buffer) => listener(bytes, "out")).on("error", () => {});
    this.child.stderr?.on("data", (bytes: Buffer) => listener(bytes, "err")).on("error", () => {});
  }

  /** To every process of the group. */
  signal(signal: "SIGTERM" | "SIGKILL"): void {
    send(-this.id, signal);
  }

  /**
   * The first process has ended: ends what it left behind, and resolves when nothing of it runs and its output is read. Says how
   * many processes had to be ended.
   */
  async clear(graceMs: number): Promise<number> {
    const left = this.alive();
    if (left.length > 0) {
      this.endAll("SIGTERM");
      await this.gone(Date.now() + graceMs);
      while (this.alive().length > 0) {
        this.endAll("SIGKILL");
        await this.gone(Date.now() + longestLookMs);
      }
    }
    await Promise.race([this.closed, setTimeout(lastWordsMs, undefined, { ref: false })]);
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
    this.guard.stdin?.end("\n"); // it ends, and ends nothing
    return left.length;
  }

  private endAll(signal: "SIGTERM" | "SIGKILL"): void {
    this.signal(signal);
    for (const pid of this.alive()) send(pid, signal);
  }

  private async gone(until: number): Promise<void> {
    for (
      let wait = firstLookMs;
      this.alive().length > 0 && Date.now() < until;
      wait = Math.min(2 * wait, longestLookMs)
    )
      await setTimeout(wait);
  }

  /** What runs of it. Where the system has no list to read: the group as one. */
  private alive(): readonly number[] {
    if (process.platform === "linux") return runningProcesses(this.id, this.mark);
    return send(-this.id, 0) ? [-this.id] : [];
  }
}

/** False: there is no such process. */
function send(pid: number, signal: "SIGTERM" | "SIGKILL" | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * By the system's list: those of the group, and those that left it and have its mark in their environment. One that has ended
 * and whose parent does not ask about it stays on the list for ever, and counts for nothing.
 */
function runningProcesses(group: number, mark: string): number[] {
  return readdirSync("/proc").flatMap((entry) => {
    // What it started is younger, and has a higher number until the system begins again from the lowest.
    if (!/^\d+$/.test(entry) || Number(entry) < group) return [];
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "latin1");
      // pid (name) state parent group …; the name may hold anything.
      const [state, , of] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "Z" || state === "X") return [];
      if (Number(of) === group) return [Number(entry)];
      return readFileSync(`/proc/${entry}/environ`, "latin1").split("\0").includes(mark)
        ? [Number(entry)]
        : [];
    } catch {
      return []; // ended in between, or another user's
    }
  });
}

/**
 * Reads the number of a group, and ends the group and all that has its mark when this process is gone: its standard input ends
 * then. One more line says that nothing is left to do. In a session of its own, so that what ends this process does not end it.
 */
const guardScript = `
read -r group
read -r done && exit
test -n "$group" && kill -s KILL -- "-$group"
for file in $(grep -lsF "$1" /proc/[0-9]*/environ); do
  pid=\${file#/proc/}
  kill -s KILL "\${pid%/environ}"
done`;

function startGuard(mark: string): ChildProcess {
  const guard = spawn("/bin/sh", ["-c", guardScript, "sh", mark], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
  });
  guard.on("error", () => {});
  guard.stdin?.on("error", () => {});
  guard.unref();
  return guard;
}
