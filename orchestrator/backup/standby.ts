import { existsSync, renameSync } from "node:fs";
import { SecondCoordinator } from "../../worker/protocol/nats/link/errors.ts";
import { isPassing } from "../../worker/protocol/nats/link/retry.ts";
import { connectPatiently } from "../../worker/protocol/nats/link/connect-patiently.ts";
import type { Link, LinkState } from "../../worker/protocol/nats/link/link.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { readLock } from "../../worker/protocol/nats/coordinator/lock.ts";
import { JsonBucket } from "../../worker/protocol/nats/server/bucket.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { pause, systemClock, type Clock } from "../../worker/protocol/clock.ts";
import { waitingWords } from "../lab/session.ts";
import { listPointers, type BackupPointer } from "./pointer.ts";
import { restoreFromLab, type Restored, type RestoreOptions } from "./restore.ts";

/** What a standby waits for. `over`: the study it was to watch is over. */
export type StandbyEnd =
  | ({ readonly kind: "taken" } & Restored)
  | { readonly kind: "over"; readonly study: string }
  | { readonly kind: "interrupted" };

/**
 * Waits until the coordinator of a backed-up study falls silent, and takes the study over. A study that was interrupted in
 * good order is left alone: a person decides.
 */
export async function standBy(
  options: RestoreOptions & { readonly signal: AbortSignal },
): Promise<StandbyEnd> {
  const { lab, study, notice, signal } = options;
  const timings = { ...defaultTimings, ...lab.timings };
  const onState = (state: LinkState): void => {
    if (state.kind === "connecting") notice(waitingWords(state.problem));
  };
  const link = await connectPatiently({ ...lab, name: "seqtune standby", onState, signal }, timings);
  const names = namesFor(lab.prefix);
  const watched = new Watched(link.clock);
  let seen: string | null = null;
  try {
    while (!signal.aborted) {
      const looked = await quietly(link, async () => {
        const pointers = (await listPointers(link, names)).filter(
          ({ name, key }) => study === null || name === study || key === study,
        );
        const state = pointers.length === 0 ? null : await JsonBucket.open(link, names.state);
        const silent = state === null ? [] : await watched.silent(state, pointers, timings.lockLeaseMs / 2);
        return { pointers, silent };
      });
      const one = looked?.pointers[0];
      if (one !== undefined && seen !== one.name) notice(`standing by for study ${one.name}`);
      if (looked !== null && one === undefined && seen !== null && study !== null)
        return { kind: "over", study: seen };
      if (one === undefined && looked !== null && seen === null)
        notice(`no study is backed up on ${link.servers} yet; waiting for one`);
      seen = one?.name ?? (looked === null ? seen : (seen ?? ""));
      for (const { key } of looked?.silent ?? []) {
        const taken = await attempt({ ...options, study: key });
        if (taken !== null) return { kind: "taken", ...taken };
      }
      await pause(link.clock, timings.lockRenewMs / 3, signal);
    }
    return { kind: "interrupted" };
  } catch (error) {
    if (signal.aborted) return { kind: "interrupted" };
    throw error;
  } finally {
    await link.close();
  }
}

/** Locks as they were, and since when they have not changed. */
class Watched {
  private readonly clock: Clock;
  private readonly since = new Map<string, { readonly revision: number; readonly at: number }>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Those whose coordinator has been silent for this long, and did not leave in good order. */
  async silent(
    state: JsonBucket,
    pointers: readonly BackupPointer[],
    silentMs: number,
  ): Promise<readonly BackupPointer[]> {
    const now = this.clock.monotonic();
    const silent: BackupPointer[] = [];
    for (const pointer of pointers) {
      const found = await readLock(state, pointer.key);
      const before = this.since.get(pointer.key);
      if (found === null || found.lock.holder === null) this.since.delete(pointer.key);
      else if (before?.revision !== found.revision)
        this.since.set(pointer.key, { revision: found.revision, at: now });
      else if (now - before.at >= silentMs) silent.push(pointer);
    }
    return silent;
  }
}

/** `null`: its coordinator lives after all. */
async function attempt(options: RestoreOptions): Promise<Restored | null> {
  const { db, notice } = options;
  const until = new Date(systemClock.now()).toISOString().replaceAll(/[:.]/g, "-");
  for (const file of [db, `${db}-wal`, `${db}-shm`])
    if (existsSync(file)) renameSync(file, file.replace(db, `${db}.until-${until}`));
  try {
    const taken = await restoreFromLab(options);
    notice(`took over study ${taken.study}`);
    return taken;
  } catch (error) {
    if (!(error instanceof SecondCoordinator)) throw error;
    return null;
  }
}

async function quietly<T>(link: Link, look: () => Promise<T>): Promise<T | null> {
  try {
    return await link.ask(look);
  } catch (error) {
    if (link.state.kind === "closed" || !isPassing(error)) throw error;
    return null;
  }
}
