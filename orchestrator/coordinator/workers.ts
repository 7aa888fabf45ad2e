import type { WorkerRow } from "../../storage/store.ts";
import type { WorkerChange } from "../../worker/protocol/bus.ts";
import type { WorkerInfo } from "../../worker/protocol/messages.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { KnownWorker } from "./capacity.ts";

interface Known {
  /** `null` while it is expected but has not been heard. */
  info: WorkerInfo | null;
  readonly firstSeen: number;
  lastSeen: number;
  /** Lease time without news, milliseconds of the monotonic clock while connected. */
  silentMs: number;
  /** Moment of the monotonic clock since when it runs nothing; `null` while it runs something. */
  idleSince: number | null;
}

/** What a heartbeat tells beyond that the worker lives. `restarted`: another process speaks for it now. */
export type Noted = "new" | "known" | "restarted";

/** The workers a coordinator has heard of. A lease is judged here, by a clock that stands still while disconnected. */
export class Workers {
  private readonly clock: Clock;
  private readonly known = new Map<string, Known>();
  private lastTick: number;
  private connected = true;

  constructor(clock: Clock) {
    this.clock = clock;
    this.lastTick = clock.monotonic();
  }

  /** Workers heard of, each with one slot. */
  all(): readonly KnownWorker[] {
    const now = this.clock.monotonic();
    const workers: KnownWorker[] = [];
    for (const { info, idleSince } of this.known.values()) {
      if (info !== null) workers.push({ info, idleMs: idleSince === null ? 0 : now - idleSince });
    }
    return workers;
  }

  /** What the worker said last; `null` when it was not heard. */
  info(worker: string): WorkerInfo | null {
    return this.known.get(worker)?.info ?? null;
  }

  has(worker: string): boolean {
    return this.known.has(worker);
  }

  /** A worker that must be running something of an earlier coordinator: its lease begins now. */
  expect(worker: string): void {
    const now = this.clock.now();
    if (!this.known.has(worker))
      this.known.set(worker, { info: null, firstSeen: now, lastSeen: now, silentMs: 0, idleSince: null });
  }

  forget(worker: string): void {
    this.known.delete(worker);
  }

  note({ worker: info }: Extract<WorkerChange, { kind: "seen" }>): Noted {
    const now = this.clock.now();
    const known = this.known.get(info.id);
    const idleSince = info.running === undefined ? (known?.idleSince ?? this.clock.monotonic()) : null;
    const firstSeen = known?.firstSeen ?? now;
    this.known.set(info.id, { info, firstSeen, lastSeen: now, silentMs: 0, idleSince });
    const before = known?.info ?? null;
    if (before === null) return "new";
    return isSameProcess(before, info) ? "known" : "restarted";
  }

  connection(state: "open" | "lost"): void {
    this.tick();
    this.connected = state === "open";
  }

  /** Workers that were silent for longer than the lease; they are forgotten here. */
  expire(leaseMs: number): readonly string[] {
    this.tick();
    const expired = [...this.known].filter(([, known]) => known.silentMs > leaseMs).map(([id]) => id);
    for (const id of expired) this.known.delete(id);
    return expired;
  }

  rows(): readonly WorkerRow[] {
    return [...this.known.keys()].flatMap((id) => this.row(id) ?? []);
  }

  /** What is recorded of a worker; `null` while it has not been heard. */
  row(worker: string): WorkerRow | null {
    const known = this.known.get(worker);
    if (known === undefined || known.info === null) return null;
    const { firstSeen, lastSeen } = known;
    const { id, host, pid, version, labels, engine } = known.info;
    const words = engine === undefined ? null : `${engine.engine}/${engine.backend}`;
    return { id, host, pid, version, engine: words, labels, firstSeen, lastSeen };
  }

  private tick(): void {
    const now = this.clock.monotonic();
    const passed = now - this.lastTick;
    this.lastTick = now;
    if (!this.connected) return;
    for (const known of this.known.values()) known.silentMs += passed;
  }
}

/** In containers every process of a slot has the same number. */
function isSameProcess(one: WorkerInfo, other: WorkerInfo): boolean {
  return one.pid === other.pid && one.started === other.started;
}
