import type { WorkerRow } from "../../storage/store.ts";
import type { WorkerChange } from "../../worker/protocol/bus.ts";
import type { WorkerInfo } from "../../worker/protocol/messages.ts";
import type { Clock } from "../clock.ts";

interface Known {
  /** `null` while it is expected but has not been heard. */
  info: WorkerInfo | null;
  readonly firstSeen: number;
  lastSeen: number;
  /** Lease time without news, milliseconds of the monotonic clock while connected. */
  silentMs: number;
}

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
  get size(): number {
    return [...this.known.values()].filter((known) => known.info !== null).length;
  }

  has(worker: string): boolean {
    return this.known.has(worker);
  }

  /** A worker that must be running something of an earlier coordinator: its lease begins now. */
  expect(worker: string): void {
    const now = this.clock.now();
    if (!this.known.has(worker))
      this.known.set(worker, { info: null, firstSeen: now, lastSeen: now, silentMs: 0 });
  }

  /** True when the worker is new. */
  note(change: WorkerChange): boolean {
    if (change.kind === "gone") {
      this.known.delete(change.worker);
      return false;
    }
    const { worker: info } = change;
    const now = this.clock.now();
    const known = this.known.get(info.id);
    if (known === undefined) {
      this.known.set(info.id, { info, firstSeen: now, lastSeen: now, silentMs: 0 });
      return true;
    }
    const isNew = known.info === null;
    known.info = info;
    known.lastSeen = now;
    known.silentMs = 0;
    return isNew;
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
    return [...this.known.values()].flatMap(({ info, firstSeen, lastSeen }) => {
      if (info === null) return [];
      const { id, host, pid, version, labels, engine } = info;
      const words = engine === undefined ? null : `${engine.engine}/${engine.backend}`;
      return [{ id, host, pid, version, engine: words, labels, firstSeen, lastSeen }];
    });
  }

  private tick(): void {
    const now = this.clock.monotonic();
    const passed = now - this.lastTick;
    this.lastTick = now;
    if (!this.connected) return;
    for (const known of this.known.values()) known.silentMs += passed;
  }
}
