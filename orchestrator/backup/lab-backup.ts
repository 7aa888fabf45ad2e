import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Study, StudyStore } from "../../storage/store.ts";
import type { CoordinatorBus } from "../../worker/protocol/bus.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import { Journal } from "../../worker/protocol/nats/coordinator/journal.ts";
import type { NatsCoordinatorBus } from "../../worker/protocol/nats/coordinator/coordinator-bus.ts";
import { JsonBucket } from "../../worker/protocol/nats/server/bucket.ts";
import { backupKey, bucketStream, keySubject, type Names } from "../../worker/protocol/nats/server/names.ts";
import type { Timings } from "../../worker/protocol/nats/link/timings.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import { override } from "../override.ts";
import { encodeItem, type JournalItem } from "./journal-items.ts";
import { readPointer, type BackupPointer } from "./pointer.ts";
import { safeOffers } from "./safe-offers.ts";

const compress = promisify(gzip);

export interface LabBackupDeps {
  readonly bus: NatsCoordinatorBus;
  readonly names: Names;
  readonly timings: Timings;
  readonly study: Study;
  readonly store: StudyStore;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly notice: (message: string) => void;
  /** Another coordinator writes the study's journal now. */
  readonly onFenced: () => void;
}

/**
 * Keeps a study on the lab's server, so that another machine can take it over: a snapshot of the database every so
 * often, and a journal of everything recorded since. The rule: what is committed is let go of (acknowledged to its worker,
 * removed from the server), and what is decided reaches workers, only when it is in a snapshot or in the journal.
 */
export class LabBackup {
  /** Records in the database and in the journal. */
  readonly store: StudyStore;
  readonly bus: CoordinatorBus;
  private readonly deps: LabBackupDeps;
  private readonly journal: Journal;
  private readonly pointers: JsonBucket;
  private newest: BackupPointer | null = null;
  private revision = 0;
  private working: Promise<void> | null = null;
  private stopTimer: () => void = () => {};

  private constructor(deps: LabBackupDeps, pointers: JsonBucket) {
    const { bus, names, timings, study, notice, onFenced } = deps;
    this.deps = deps;
    this.pointers = pointers;
    this.journal = new Journal({
      link: bus.link,
      names,
      timings,
      study: study.key,
      onProblem: (problem) => notice(problem.message),
      onFenced,
      onLost: () => void this.snapshot(),
    });
    this.store = journaled(deps.store, study.id, (item) => this.journal.append(encodeItem(item)));
    this.bus = safeOffers(bus, () => this.journal.safe());
  }

  /** Takes the study on the lab, and resolves when a first snapshot is there. */
  static async begin(deps: LabBackupDeps): Promise<LabBackup> {
    const { bus, names, study, everyMs, clock } = deps;
    await bus.take();
    const backup = new LabBackup(deps, await JsonBucket.open(bus.link, names.state));
    await backup.journal.take();
    const before = await readPointer(backup.pointers, study.key);
    backup.newest = before?.pointer ?? null;
    backup.revision = before?.revision ?? 0;
    bus.letGoAfter(() => backup.journal.safe());
    await backup.makeSnapshot();
    backup.stopTimer = clock.every(everyMs, () => void backup.snapshot());
    return backup;
  }

  /** Files on the server that the backup needs. */
  files(): readonly string[] {
    return this.newest === null ? [] : [this.newest.file.sha256];
  }

  /** `over`: the study will not go on, and nothing of it stays. Otherwise what there is stays, up to date. */
  async end(over: boolean): Promise<void> {
    this.stopTimer();
    await this.working;
    if (!over) return await this.snapshot();
    this.deps.bus.letGoAfter(async () => {}); // what still comes changes nothing any more
    this.journal.abandon();
    await this.remove();
  }

  /** Ends without a word: another coordinator has the study, or the lab was left. */
  abandon(): void {
    this.stopTimer();
    this.journal.abandon();
  }

  /** A snapshot that fails is reported and tried again with the next. */
  private async snapshot(): Promise<void> {
    this.working ??= this.makeSnapshot()
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.deps.notice(`the study could not be backed up to the lab: ${reason}`);
      })
      .finally(() => {
        this.working = null;
      });
    await this.working;
  }

  private async makeSnapshot(): Promise<void> {
    const { bus, study, everyMs, clock } = this.deps;
    const journal = this.journal.newest;
    const snapshot = randomUUID();
    const bytes = await this.copy(() => this.journal.append(encodeItem({ kind: "snapshot", id: snapshot })));
    const file = await bus.blobs.put(await compress(bytes));
    await this.journal.safe();
    const { name, key } = study;
    const at = clock.now();
    const pointer: BackupPointer = { version: 1, name, key, file, journal, snapshot, at, every_ms: everyMs };
    this.revision = await this.write(pointer);
    const before = this.newest;
    this.newest = pointer;
    await this.journal.forget(journal);
    if (before !== null && before.file.sha256 !== file.sha256) await bus.blobs.delete(before.file);
  }

  /** The database as it is when `then` is called. */
  private async copy(then: () => void): Promise<Uint8Array> {
    const folder = await mkdtemp(path.join(tmpdir(), "seqtune-snapshot-"));
    try {
      const file = path.join(folder, "study.db");
      await this.deps.store.backup(file);
      then(); // nothing was recorded in between: backups end with the state of that moment
      return await readFile(file);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** By compare-and-set, so that a predecessor cannot put an older snapshot in the place of a newer one. */
  private async write(pointer: BackupPointer): Promise<number> {
    const key = backupKey(this.deps.study.key);
    if (this.revision === 0) return await this.pointers.create(key, pointer);
    return await this.pointers.update(key, pointer, this.revision);
  }

  private async remove(): Promise<void> {
    const { bus, names, study } = this.deps;
    const { link } = bus;
    if (!link.isOpen) return;
    const filter = keySubject(names.state, backupKey(study.key));
    await link.ask(() => link.jsm.streams.purge(bucketStream(names.state), { filter })).catch(() => {});
    await this.journal.forget(this.journal.newest + 1).catch(() => {});
    const old: BlobRef | undefined = this.newest?.file;
    if (old !== undefined) await bus.blobs.delete(old).catch(() => {});
  }
}

/** The same store; what is recorded of the study is appended to its journal, in the same order. */
function journaled(store: StudyStore, study: number, append: (item: JournalItem) => void): StudyStore {
  return override(store, {
    record: (id, writes, durability) => {
      const written = store.record(id, writes, durability);
      if (id === study && writes.length > 0) append({ kind: "record", writes });
      return written;
    },
    setStudyState: (id, state, reason, at) => {
      store.setStudyState(id, state, reason, at);
      if (id === study) append({ kind: "state", state, reason, at });
    },
    setBaselines: (id, baselines) => {
      store.setBaselines(id, baselines);
      if (id === study) append({ kind: "baselines", baselines });
    },
  });
}
