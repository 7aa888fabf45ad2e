import { rngFor, type Rng } from "../../../search/random.ts";
import { runAgent } from "../../../worker/agent.ts";
import type { TrialAssignment } from "../../../worker/protocol/assignment.ts";
import { createWorkerBus } from "../../../worker/protocol/nats/worker/worker-bus.ts";
import type { Finished, Interruption, Progress, Trainer } from "../../../worker/training/trainer.ts";
import { SimulatedDisk } from "./disk.ts";
import { labTimings, type SimulatedLab } from "./lab.ts";
import type { SimulatedWire } from "./jetstream/wire.ts";
import { Life } from "./time.ts";

/** What a trial of these settings reports: it follows from them alone. */
export function valueOf({ settings }: Pick<TrialAssignment, "settings">, epoch: number): number {
  const { hidden, learning_rate: rate = 0.01 } = settings.model;
  return Math.abs(Math.log10(rate) + 2) + Number(hidden) / 100 + 1 / epoch;
}

/**
 * A slot on a machine: its processes run the agent and the bus of real workers, die and are started again; what they spooled
 * stays on the disk.
 */
export class SimulatedWorker {
  disk = new SimulatedDisk();
  private readonly id: string;
  private readonly lab: SimulatedLab;
  private folder: string;
  private readonly rng: Rng;
  private readonly machine = new Life();
  private process = new Life();
  private wire: SimulatedWire | null = null;
  private draining = new AbortController();
  private born = 0;

  constructor(id: string, lab: SimulatedLab, folder: string) {
    this.id = id;
    this.lab = lab;
    this.folder = folder;
    this.rng = rngFor(lab.seed, id);
    this.start(undefined);
  }

  /** The process dies, and its supervisor starts the next and says how. `alone`: not so, the machine itself was off. */
  die(alone: boolean): void {
    if (!this.process.alive) return;
    this.end();
    const before = alone ? undefined : "worker process was killed (SIGKILL)";
    this.lab.time.after(100 + 2_000 * this.rng.next(), this.machine, () => this.start(before));
  }

  /** The machine is broken, with all that lay on its disk; another one takes its place. */
  replace(folder: string): void {
    this.die(true);
    this.disk = new SimulatedDisk();
    this.folder = folder;
  }

  /** The worker is asked to end, and hands back what it runs. */
  drain(): void {
    this.draining.abort();
  }

  /** The process is stopped, and goes on after so long. */
  freeze(ms: number): void {
    this.process.freeze(this.lab.time.now + ms);
  }

  /** Its connection breaks; it notices after `notice`, and finds its way back after `ms`. */
  cutOff(ms: number, notice: number): void {
    this.wire?.break(ms, notice);
  }

  private end(): void {
    this.process.end();
    this.wire?.die();
    this.wire = null;
    this.disk.died();
  }

  private start(before: string | undefined): void {
    const life = new Life();
    this.process = life;
    this.draining = new AbortController();
    void this.live(life, before)
      .catch((error: unknown) => {
        // Asked to end, or without its server: its supervisor starts the next.
        this.lab.problem(`worker ${this.id}`, error instanceof Error ? error : new Error(String(error)));
      })
      .then(() => {
        if (!life.alive) return;
        this.end();
        this.lab.time.after(500, this.machine, () => this.start(undefined));
      });
  }

  private async live(life: Life, before: string | undefined): Promise<void> {
    const { lab, id } = this;
    const { signal } = this.draining;
    const clock = lab.time.clock(life);
    const common = { id, host: "simulated", pid: 100 + this.born++, version: "0", labels: {} };
    const info = { ...common, ...(before === undefined ? {} : { before }) };
    const bus = await createWorkerBus({
      servers: "simulated",
      id,
      clock,
      timings: labTimings,
      folder: this.folder,
      copies: this.disk.copies,
      disk: this.disk.spools(life),
      signal,
      onProblem: (problem) => lab.problem(`worker ${id}`, problem),
      dial: async () => {
        const wire = await lab.dial(life);
        this.wire = wire;
        return wire;
      },
    });
    await runAgent({ bus, trainer: this.trainer(life), info, signal, clock });
    await bus.close();
  }

  private trainer(life: Life): Trainer {
    return {
      engine: async () => ({ engine: "none", backend: "none", version: "0", device: "none" }),
      run: (assignment, _material, onProgress) => {
        if (assignment.kind !== "trial") throw new Error("simulated workers only know trials");
        let how: Interruption | null = null;
        const finished = this.train(life, assignment, onProgress, () => how);
        return { finished, interrupt: (asked) => (how = asked) };
      },
      close: async () => {},
    };
  }

  private async train(
    life: Life,
    assignment: TrialAssignment,
    onProgress: (news: Progress) => void,
    interruption: () => Interruption | null,
  ): Promise<Finished> {
    const { ref, epochs, from, pauses } = assignment;
    const checkpoint = (epoch: number): { epoch: number; bytes: Uint8Array } => {
      return { epoch, bytes: new TextEncoder().encode(`trial ${ref.trial} epoch ${epoch}`) };
    };
    const paused = (kind: "paused" | "handed_back", epoch: number): Finished =>
      epoch === 0 ? { end: { kind, epoch } } : { end: { kind, epoch }, checkpoint: checkpoint(epoch) };
    for (let epoch = (from?.epoch ?? 0) + 1; epoch <= epochs; epoch++) {
      await new Promise<void>((resolve) => this.lab.time.after(20 + 100 * this.rng.next(), life, resolve));
      const how = interruption();
      if (how === "stop") return { end: { kind: "stopped" } };
      if (how !== null) return paused(how === "pause" ? "paused" : "handed_back", epoch - 1);
      const metrics = { val_mse: valueOf(assignment, epoch), attempt: ref.attempt };
      onProgress({ kind: "report", epoch, metrics, seconds: 0.1 });
      if (epoch < epochs && this.rng.next() < 0.3) onProgress({ kind: "checkpoint", ...checkpoint(epoch) });
    }
    return pauses === true ? paused("paused", epochs) : { end: { kind: "complete" } };
  }
}
