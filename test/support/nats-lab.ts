import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { CoordinatorHandlers, WorkerBus, WorkerChange } from "../../worker/protocol/bus.ts";
import { refKey, type AttemptRef } from "../../worker/protocol/ids.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import type { NatsCoordinatorBus } from "../../worker/protocol/nats/coordinator/coordinator-bus.ts";
import { createCoordinatorBus } from "../../worker/protocol/nats/coordinator/create-coordinator-bus.ts";
import type { CoordinatorBusOptions } from "../../worker/protocol/nats/coordinator/coordinator-options.ts";
import type { Timings } from "../../worker/protocol/nats/link/timings.ts";
import { createWorkerBus, type NatsWorkerBus } from "../../worker/protocol/nats/worker/worker-bus.ts";
import type { WorkerBusOptions } from "../../worker/protocol/nats/worker/worker-options.ts";
import type { NatsServer } from "./nats-server.ts";

export { assignment } from "./assignment.ts";

/** Everything faster, so that tests need not wait. */
export const quick: Partial<Timings> = {
  doneMs: 20,
  purgeMs: 50,
  heartbeatMs: 200,
  resendMs: 1_000,
  lockRenewMs: 150,
  lockLeaseMs: 900,
  ackWaitMs: 1_500,
  pullMs: 1_000,
  checkMs: 1_000,
  reclaimMs: 700,
  requestMs: 5_000,
  retryMs: 50,
  retryLimitMs: 500,
};

/** Remembers what a coordinator hears, like a database whose primary key is (study, trial, attempt, n). */
export class Memory implements CoordinatorHandlers {
  readonly rows = new Map<string, WorkerMessage>();
  /** Messages as they came, repeats included. */
  deliveries = 0;
  readonly changes: WorkerChange[] = [];
  readonly claims: string[] = [];
  readonly connections: string[] = [];
  failing = false;

  commit(messages: readonly WorkerMessage[]): void {
    if (this.failing) throw new Error("disk full");
    for (const message of messages) {
      this.deliveries += 1;
      const key = `${refKey(message.ref)}.${message.n}`;
      if (!this.rows.has(key)) this.rows.set(key, message);
    }
  }

  worker(change: WorkerChange): void {
    this.changes.push(change);
  }

  claimed(ref: AttemptRef, worker: string): void {
    this.claims.push(`${refKey(ref)} ${worker}`);
  }

  connection(state: "open" | "lost"): void {
    this.connections.push(state);
  }

  /** Message numbers of an attempt in the order of their first coming. */
  numbers(ref: AttemptRef): number[] {
    return [...this.rows.values()].filter((m) => refKey(m.ref) === refKey(ref)).map((m) => m.n);
  }
}

/** Coordinators and workers on one server, each with folders of its own. */
export class Lab {
  readonly problems: Error[] = [];
  readonly superseded: Error[] = [];
  private readonly server: Pick<NatsServer, "url">;
  private readonly root: string;
  private readonly prefix: string;
  private readonly ends: (() => Promise<void>)[] = [];

  private constructor(server: Pick<NatsServer, "url">, root: string, prefix: string) {
    this.server = server;
    this.root = root;
    this.prefix = prefix;
  }

  static async create(server: Pick<NatsServer, "url">, prefix = "seqtune"): Promise<Lab> {
    return new Lab(server, await mkdtemp(path.join(tmpdir(), "seqtune-lab-")), prefix);
  }

  folder(name: string): string {
    return path.join(this.root, name);
  }

  async coordinator(study: string, more: Partial<CoordinatorBusOptions> = {}): Promise<NatsCoordinatorBus> {
    const bus = await createCoordinatorBus({
      servers: this.server.url,
      prefix: this.prefix,
      study,
      folder: this.folder("coordinator"),
      timings: quick,
      onProblem: (problem) => this.problems.push(problem),
      onSuperseded: (problem) => this.superseded.push(problem),
      ...more,
    });
    this.ends.push(() => bus.abandon());
    return bus;
  }

  async worker(id: string, more: Partial<WorkerBusOptions> = {}): Promise<NatsWorkerBus> {
    const bus = await createWorkerBus({
      servers: this.server.url,
      prefix: this.prefix,
      id,
      folder: this.folder(id),
      timings: quick,
      onProblem: (problem) => this.problems.push(problem),
      ...more,
    });
    this.ends.push(() => bus.abandon());
    return bus;
  }

  async end(): Promise<void> {
    await Promise.all(this.ends.map((end) => end()));
    await rm(this.root, { recursive: true, force: true, maxRetries: 10 });
  }
}

const engine = { engine: "fake", backend: "none", version: "1", device: "cpu" };

export function started(ref: AttemptRef, worker: string): WorkerMessage {
  return { kind: "started", ref, n: 0, worker, engine };
}

export function report(ref: AttemptRef, n: number, worker = "w1"): WorkerMessage {
  return { kind: "report", ref, n, worker, epoch: n, metrics: { val_mse: 1 / n }, seconds: 0.1 };
}

export function ended(ref: AttemptRef, n: number, worker = "w1"): WorkerMessage {
  return { kind: "ended", ref, n, worker, end: { kind: "complete" } };
}

/** For what ends long before, also on a machine that is ten times slower, or never. */
export const soon = (): AbortSignal => AbortSignal.timeout(240_000);

export function upTo(n: number): number[] {
  return Array.from({ length: n + 1 }, (_, i) => i);
}

/** The attempt that a worker gets. */
export async function claimed(worker: WorkerBus): Promise<AttemptRef> {
  const got = await worker.claim(soon());
  if (got === null) throw new Error("nothing was claimed");
  return got.ref;
}
