import { rngFor, type Rng } from "../../../search/random.ts";
import { runAgent } from "../../../worker/agent.ts";
import type { TrialAssignment } from "../../../worker/protocol/assignment.ts";
import type { WorkerBus } from "../../../worker/protocol/bus.ts";
import { refKey } from "../../../worker/protocol/ids.ts";
import type { WorkerInfo, WorkerMessage } from "../../../worker/protocol/messages.ts";
import type { Finished, Interruption, Progress, Trainer } from "../../../worker/training/trainer.ts";
import type { SimulatedServer } from "./server.ts";
import { Life, type VirtualTime } from "./time.ts";

/** What a trial of these settings reports: it follows from them alone. */
export function valueOf({ settings }: Pick<TrialAssignment, "settings">, epoch: number): number {
  const { hidden, learning_rate: rate = 0.01 } = settings.model;
  return Math.abs(Math.log10(rate) + 2) + Number(hidden) / 100 + 1 / epoch;
}

/** A slot on a machine: its processes die and are started again, what they spooled stays on the disk. */
export class SimulatedWorker {
  private readonly id: string;
  private readonly time: VirtualTime;
  private readonly server: SimulatedServer;
  private readonly rng: Rng;
  private readonly machine = new Life();
  private readonly send: (run: () => void) => void;
  private process = new Life();
  private draining = new AbortController();
  private spooled = 0;
  private born = 0;
  private flushed: () => void = () => {};

  constructor(id: string, time: VirtualTime, server: SimulatedServer, seed: number) {
    this.id = id;
    this.time = time;
    this.server = server;
    this.rng = rngFor(seed, id);
    this.send = server.way(this.machine);
    this.start(undefined);
  }

  /** The process dies, and its supervisor starts the next and says how. `alone`: not so, the machine itself was off. */
  die(alone: boolean): void {
    if (!this.process.alive) return;
    this.process.end();
    const before = alone ? undefined : "worker process was killed (SIGKILL)";
    this.time.after(100 + 2_000 * this.rng.next(), this.machine, () => this.start(before));
  }

  /** The worker is asked to end, and hands back what it runs. */
  drain(): void {
    this.draining.abort();
  }

  private start(before: string | undefined): void {
    const life = new Life();
    this.process = life;
    this.draining = new AbortController();
    const started = this.time.now;
    let info: WorkerInfo | null = null;
    const beat = (): void => {
      const up = (this.time.now - started) / 1000;
      if (info !== null) {
        const said = { ...info, up };
        this.server.trip(life, () => this.server.heartbeat(said));
      }
    };
    const again = (): void => {
      beat();
      this.time.after(1_000, life, again);
    };
    this.time.after(1_000, life, again);
    const bus = this.busOf(life, (worker) => {
      info = worker;
      beat();
    });
    const common = { id: this.id, host: "simulated", pid: 100 + this.born++, version: "0", labels: {} };
    const own = { ...common, started, ...(before === undefined ? {} : { before }) };
    const clock = this.time.clock(life);
    const trainer = this.trainer(life);
    void runAgent({ bus, trainer, info: own, signal: new AbortController().signal, clock }).then(() => {
      if (!life.alive) return;
      life.end();
      this.time.after(500, this.machine, () => this.start(undefined));
    });
  }

  private busOf(life: Life, announce: (worker: WorkerInfo) => void): WorkerBus {
    const { server, id: worker } = this;
    const draining = this.draining.signal;
    return {
      blobs: server.blobs(life),
      draining,
      claim: async (signal) =>
        await new Promise((resolve) => {
          const waiting = new Life();
          const leave = (): void => {
            waiting.end();
            resolve(null);
          };
          if (signal.aborted) leave();
          signal.addEventListener("abort", leave, { once: true });
          const give = (assignment: Parameters<typeof resolve>[0]): void => {
            signal.removeEventListener("abort", leave);
            resolve(assignment);
          };
          const claimer = {
            worker,
            give,
            get life() {
              return life.alive ? waiting : life;
            },
          };
          server.trip(life, () => server.wait(claimer));
        }),
      send: (message) => this.spool(life, message),
      onOrder: (ref, listener) => {
        const key = refKey(ref);
        const heard: typeof listener = (order) => {
          if (life.alive) listener(order);
        };
        server.listeners.set(key, heard);
        server.trip(life, () => {
          const early = server.orders.get(key);
          if (early !== undefined && server.listeners.get(key) === heard) heard(early);
        });
        return () => {
          if (server.listeners.get(key) === heard) server.listeners.delete(key);
        };
      },
      announce: (info) => {
        if (life.alive) announce(info);
      },
      flush: async () => {
        if (this.spooled > 0) await new Promise<void>((resolve) => (this.flushed = resolve));
      },
      close: async () => {},
    };
  }

  /** From here on the machine keeps the message until the server has it; once in a while it sends it twice. */
  private spool(life: Life, message: WorkerMessage): void {
    if (!life.alive) return;
    const times = this.rng.next() < 0.03 ? 2 : 1;
    for (let time = 0; time < times; time++) {
      this.spooled += 1;
      this.send(() => {
        this.server.store(message);
        this.spooled -= 1;
        if (this.spooled === 0) this.flushed();
      });
    }
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
      await new Promise<void>((resolve) => this.time.after(20 + 100 * this.rng.next(), life, resolve));
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
