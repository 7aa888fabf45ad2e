import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import type { LocalCoordinatorBus } from "./coordinator-end.ts";
import { childChannel } from "./process-channel.ts";

export interface WorkerPoolOptions {
  /** Number of worker processes, each with one slot. */
  readonly size: number;
  /** The program a worker runs, a `.js` or (in a checkout) `.ts` file. */
  readonly entry: string;
  readonly args: readonly string[];
  /** Silence after which a worker counts as hung and is killed, milliseconds. */
  readonly leaseMs: number;
  /** A worker that cannot even start: told once, with the last lines it wrote. */
  readonly onCannotStart: (reason: string) => void;
}

interface Slot {
  readonly index: number;
  generation: number;
  child: ChildProcess | null;
  /** Times in a row that the process ended before it said a word. */
  stillborn: number;
}

const stillbornLimit = 3;
const keptErrorChars = 2000;

/** Keeps `size` worker processes alive: one that ends is replaced, one that hangs is killed. */
export class WorkerPool {
  private readonly bus: LocalCoordinatorBus;
  private readonly options: WorkerPoolOptions;
  private readonly slots: Slot[];
  private closing = false;

  constructor(bus: LocalCoordinatorBus, options: WorkerPoolOptions) {
    this.bus = bus;
    this.options = options;
    this.slots = Array.from({ length: options.size }, (_, index) => ({
      index,
      generation: 0,
      child: null,
      stillborn: 0,
    }));
  }

  start(): void {
    for (const slot of this.slots) this.spawn(slot);
  }

  /** Lets the workers end by themselves for up to `graceMs`, then kills what is left. */
  async stop(graceMs: number): Promise<void> {
    this.closing = true;
    const alive = this.slots.flatMap((slot) => (slot.child === null ? [] : [slot.child]));
    await Promise.all(alive.map((child) => endOf(child, graceMs)));
  }

  /** Ends the workers at once. */
  kill(): void {
    this.closing = true;
    for (const slot of this.slots) slot.child?.kill("SIGKILL");
  }

  private spawn(slot: Slot): void {
    slot.generation += 1;
    const id = `local-${slot.index + 1}${slot.generation > 1 ? `-${slot.generation}` : ""}`;
    const child = fork(this.options.entry, ["--id", id, ...this.options.args], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      execArgv: this.options.entry.endsWith(".ts") ? ["--import", import.meta.resolve("tsx")] : [],
    });
    slot.child = child;
    let errors = "";
    let spoke = false;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-keptErrorChars);
    });
    const lease = globalThis.setTimeout(() => child.kill("SIGKILL"), this.options.leaseMs);
    child.on("message", () => {
      spoke = true;
      lease.refresh();
    });
    this.bus.connect(id, childChannel(child));
    void ended(child).then(({ code, signal }) => {
      clearTimeout(lease);
      slot.child = null;
      const reason = describeExit(code, signal, errors);
      this.bus.disconnect(id, reason);
      slot.stillborn = spoke ? 0 : slot.stillborn + 1;
      this.replace(slot, reason);
    });
  }

  private replace(slot: Slot, reason: string): void {
    if (this.closing) return;
    if (slot.stillborn < stillbornLimit) this.spawn(slot);
    else this.options.onCannotStart(reason);
  }
}

/** Words for how a process ended; `errors` is what it wrote to standard error. */
export function describeExit(code: number | null, signal: NodeJS.Signals | null, errors: string): string {
  const lines = errors.trim().split("\n");
  const said = lines.find((line) => /^(\w*Error\b|FATAL)/.test(line)) ?? lines.at(-1) ?? "";
  const words = said === "" ? "" : `: ${said}`;
  if (signal === "SIGKILL")
    return `worker process was killed (SIGKILL: by a person, or the system ran out of memory)${words}`;
  if (signal !== null) return `worker process ended by ${signal}${words}`;
  return `worker process ended with exit code ${code}${words}`;
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Time for the last lines of a process that ended to arrive. */
const lastWordsMs = 200;

/**
 * The process's end, with its last words read. Not its `close` event: that never comes once this side has
 * disconnected, nor while a grandchild holds the pipe.
 */
export async function ended(child: ChildProcess): Promise<Exit> {
  const exit = await new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  if (child.stderr !== null && !child.stderr.readableEnded) {
    await Promise.race([once(child.stderr, "end"), setTimeout(lastWordsMs)]);
  }
  return exit;
}

async function endOf(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  const killer = new AbortController();
  void setTimeout(graceMs, null, { signal: killer.signal }).then(
    () => child.kill("SIGKILL"),
    () => {},
  );
  await exit;
  killer.abort();
}
