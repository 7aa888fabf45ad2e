import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { z } from "zod";
import { pause } from "../../clock.ts";
import type { Entry, JsonBucket } from "../server/bucket.ts";
import { SecondCoordinator } from "../link/errors.ts";
import type { Link } from "../link/link.ts";
import { lockKey } from "../server/names.ts";
import { persist } from "../link/retry.ts";
import { isLostRace } from "../link/api-errors.ts";
import type { Timings } from "../link/timings.ts";

const lockSchema = z.object({
  /** This very run of a coordinator; `null`: given back. */
  holder: z.string().nullable(),
  owner: z.string(),
  host: z.string(),
  pid: z.int(),
  epoch: z.int().min(0),
  beat: z.int().min(0),
});
type LockValue = z.infer<typeof lockSchema>;

export interface LockOptions {
  readonly link: Link;
  readonly state: JsonBucket;
  readonly study: string;
  /** What people call the study. */
  readonly title: string;
  /**
   * What this coordinator alone may open (its database, under an operating system lock). A lock left by the same
   * owner is dead for certain and taken at once; any other is watched for `lockLeaseMs` first.
   */
  readonly owner: string | undefined;
  readonly timings: Timings;
  /** Another coordinator has the study now. */
  readonly onLost: (error: SecondCoordinator) => void;
}

/**
 * One coordinator per study: a key that its holder rewrites every few seconds by compare-and-set. Anyone who wants
 * it watches for the lease on its own monotonic clock, so neither a wrong clock nor a server that was down for
 * an hour takes it from a living holder. Each holder counts the epoch one on.
 */
export class StudyLease {
  private readonly options: LockOptions;
  private readonly holder = randomUUID();
  private readonly owner: string;
  private revision = 0;
  private renewedAt = Number.NEGATIVE_INFINITY;
  private beat = 0;
  private stopRenewing: () => void = () => {};
  private renewing: Promise<void> | null = null;
  private lost: SecondCoordinator | null = null;
  epoch = 0;

  constructor(options: LockOptions) {
    this.options = options;
    this.owner = options.owner ?? this.holder;
  }

  /** Throws `SecondCoordinator` when a living one has the study. */
  async acquire(signal: AbortSignal): Promise<void> {
    const { link, timings } = this.options;
    const found = await persist(link, timings, () => this.read(), signal);
    const others = found !== null && found.lock.holder !== null && found.lock.owner !== this.owner;
    if (others) await this.watch(found, signal);
    this.epoch = Math.max((found?.lock.epoch ?? 0) + 1, Math.floor(link.clock.now() / 1000));
    await persist(link, timings, () => this.write(found?.revision ?? 0), signal);
    this.stopRenewing = link.clock.every(timings.lockRenewMs, () => void this.renew().catch(() => {}));
  }

  /**
   * May this coordinator act? Not when it was silent for as long as others wait: it was paused, or cut off, and
   * must renew first.
   */
  isFresh(): boolean {
    return this.options.link.clock.monotonic() - this.renewedAt < this.options.timings.lockLeaseMs;
  }

  /** Proves that the study is still this coordinator's. Throws when it is not, or the server does not answer. */
  async renew(): Promise<void> {
    if (this.lost !== null) throw this.lost;
    this.renewing ??= this.renewOnce().finally(() => {
      this.renewing = null;
    });
    await this.renewing;
  }

  /** Gives the study back: the next coordinator need not wait. */
  async release(): Promise<void> {
    this.stop();
    await this.renewing?.catch(() => {});
    if (this.revision === 0 || this.lost !== null) return;
    await this.options.state.updateSealed(
      this.key,
      { ...this.value(), holder: null } satisfies LockValue,
      this.revision,
    );
    this.revision = 0;
  }

  stop(): void {
    this.stopRenewing();
  }

  private get key(): string {
    return lockKey(this.options.study);
  }

  private value(): LockValue {
    const { holder, owner, epoch, beat } = this;
    return { holder, owner, epoch, beat, host: hostname(), pid: process.pid };
  }

  private async read(): Promise<FoundLock | null> {
    return await readLock(this.options.state, this.options.study);
  }

  private async watch(found: FoundLock, signal?: AbortSignal): Promise<void> {
    const { lockLeaseMs, lockRenewMs } = this.options.timings;
    const { link } = this.options;
    const until = this.options.link.clock.monotonic() + lockLeaseMs;
    while (this.options.link.clock.monotonic() < until) {
      await pause(link.clock, lockRenewMs / 3, signal);
      const now = await persist(link, this.options.timings, () => this.read(), signal);
      if (now === null || now.revision !== found.revision) throw this.second(now?.lock ?? found.lock);
    }
  }

  private async write(revision: number): Promise<void> {
    const startedAt = this.options.link.clock.monotonic();
    const { state } = this.options;
    this.beat += 1;
    try {
      this.revision =
        revision === 0
          ? await state.createSealed(this.key, this.value())
          : await state.updateSealed(this.key, this.value(), revision);
      this.renewedAt = startedAt;
    } catch (error) {
      if (!isLostRace(error)) throw error;
      await this.raced(startedAt);
    }
  }

  /** A write was refused: by this holder's own earlier write, by an emptied server, or by another coordinator. */
  private async raced(startedAt: number): Promise<void> {
    const now = await this.read();
    if (now === null) {
      this.revision = await this.options.state.createSealed(this.key, this.value());
    } else if (now.isForged) {
      this.revision = await this.options.state.updateSealed(this.key, this.value(), now.revision);
    } else if (now.lock.holder === this.holder) {
      this.revision = now.revision;
    } else if (now.lock.epoch < this.epoch) {
      // A predecessor's word: the server lost what was written after it. A successor's epoch would be higher.
      this.revision = await this.options.state.updateSealed(this.key, this.value(), now.revision);
    } else {
      throw this.second(now.lock);
    }
    this.renewedAt = startedAt;
  }

  private async renewOnce(): Promise<void> {
    try {
      await this.options.link.ask(() => this.write(this.revision));
    } catch (error) {
      if (error instanceof SecondCoordinator) {
        this.stop();
        this.lost = error;
        this.renewedAt = Number.NEGATIVE_INFINITY;
        this.options.onLost(error);
      }
      throw error;
    }
  }

  private second(lock: LockValue): SecondCoordinator {
    return new SecondCoordinator(this.options.title, `process ${lock.pid} on ${lock.host}`);
  }
}

/** Who has a study, and the revision of that word: its holder writes it again every few seconds. */
export async function readLock(state: JsonBucket, study: string): Promise<FoundLock | null> {
  return known(await state.getSealed(lockKey(study)));
}

interface FoundLock {
  readonly lock: LockValue;
  readonly revision: number;
  /** No coordinator wrote it: it is anybody's to take. */
  readonly isForged: boolean;
}

const nobodys: LockValue = { holder: null, owner: "", host: "", pid: 0, epoch: 0, beat: 0 };

function known(entry: Entry | null): FoundLock | null {
  if (entry === null) return null;
  const lock = lockSchema.safeParse(entry.value).data;
  return { lock: lock ?? nobodys, revision: entry.revision, isForged: lock === undefined };
}
