import type { LocalCoordinatorBus } from "./coordinator-end.ts";
import { laneId } from "../lanes.ts";
import { forkProgram, type Program } from "./fork-program.ts";
import { LaneChannels } from "./lane-channels.ts";

export interface WorkerPoolOptions {
  /** Number of worker processes; each trains one trial at a time, or as many as it has lanes. */
  readonly size: number;
  /** The program a worker runs, a `.js` or (in a checkout) `.ts` file. */
  readonly entry: string;
  readonly args: readonly string[];
  /** Silence after which a worker counts as hung and is killed, milliseconds. */
  readonly leaseMs: number;
  /** A worker that cannot even start: reported once, with what it said last or why the system refused it. */
  readonly onCannotStart: (reason: string) => void;
}

interface Slot {
  readonly index: number;
  generation: number;
  program: Program | null;
  /** Times in a row that the process ended before it said a word. */
  stillborn: number;
}

const stillbornLimit = 3;

/** Keeps `size` worker processes alive: one that ends is replaced, one that hangs is killed. */
export class WorkerPool {
  private readonly bus: LocalCoordinatorBus;
  private readonly options: WorkerPoolOptions;
  private readonly slots: Slot[];
  private closing = false;
  private isReported = false;

  constructor(bus: LocalCoordinatorBus, options: WorkerPoolOptions) {
    this.bus = bus;
    this.options = options;
    this.slots = Array.from({ length: options.size }, (_, index) => ({
      index,
      generation: 0,
      program: null,
      stillborn: 0,
    }));
  }

  start(): void {
    for (const slot of this.slots) this.spawn(slot);
  }

  /** Lets the workers end by themselves for up to `graceMs`, then kills what is left. */
  async stop(graceMs: number): Promise<void> {
    this.closing = true;
    const running = this.slots.flatMap(({ program }) => program ?? []);
    await Promise.all(running.map((program) => endOf(program, graceMs)));
  }

  /** Ends the workers at once. */
  kill(): void {
    this.closing = true;
    for (const slot of this.slots) slot.program?.kill();
  }

  private spawn(slot: Slot): void {
    slot.generation += 1;
    const id = `local-${slot.index + 1}${slot.generation > 1 ? `-${slot.generation}` : ""}`;
    const program = forkProgram(this.options.entry, ["--id", id, ...this.options.args]);
    slot.program = program;
    let spoke = false;
    const lease = setTimeout(() => program.kill(), this.options.leaseMs);
    program.channel.onFrame(() => {
      spoke = true;
      lease.refresh();
    });
    // A worker that never came is not reported as gone.
    const workers = program.pid === undefined ? [] : this.connect(id, program);
    void program.over.then(({ reason }) => {
      clearTimeout(lease);
      slot.program = null;
      for (const worker of workers) this.bus.disconnect(worker, reason);
      slot.stillborn = spoke ? 0 : slot.stillborn + 1;
      this.replace(slot, reason);
    });
  }

  /** The ids of its lanes, the first at once, others as they turn up. */
  private connect(id: string, program: Program): string[] {
    const workers: string[] = [];
    const connect = (lane: number): void => {
      workers.push(laneId(id, lane));
      this.bus.connect(laneId(id, lane), channels.lane(lane));
    };
    const channels = new LaneChannels(program.channel, connect);
    connect(0);
    return workers;
  }

  private replace(slot: Slot, reason: string): void {
    if (this.closing) return;
    if (slot.stillborn < stillbornLimit) this.spawn(slot);
    else if (!this.isReported) {
      this.isReported = true;
      this.options.onCannotStart(reason);
    }
  }
}

async function endOf(program: Program, graceMs: number): Promise<void> {
  const killer = setTimeout(() => program.kill(), graceMs);
  await program.over;
  clearTimeout(killer);
}
