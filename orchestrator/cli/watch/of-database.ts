/** `watch` shows the same screen of two sources (watch.ts): this one has everything, because it reads the study's database. */
import { existsSync } from "node:fs";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../../storage/store.ts";
import { blobFile } from "../../../worker/protocol/local/file-blobs.ts";
import { blobFolderOf } from "../../run/blob-folder.ts";
import { stopStudy } from "../../run/stop-study.ts";
import { SnapshotReader } from "../../views/read-snapshot.ts";
import type { Snapshot } from "../../views/snapshot.ts";
import { studyWorkers } from "../../views/study-workers.ts";
import { trialView } from "../../views/trial.ts";
import type { Colors } from "../io.ts";
import { isDriven } from "../../driven.ts";
import { studyWorkersText } from "../text/study-workers.ts";
import { trialText } from "../text/trial.ts";
import type { Watched } from "./watch.ts";

/** A study of a database, which is opened only for reading. */
export class DatabaseWatched implements Watched {
  private readonly store: StudyStore;
  private readonly reader: SnapshotReader;
  private readonly db: string;
  private readonly name: string;
  private readonly colors: Colors;
  private seen: { readonly study: Study; readonly snapshot: Snapshot } | null = null;

  constructor(db: string, name: string, colors: Colors) {
    this.store = openStore(db, { readonly: true });
    this.reader = new SnapshotReader(this.store);
    this.db = db;
    this.name = name;
    this.colors = colors;
  }

  look(): Snapshot | null {
    const study = this.store.findStudy(this.name);
    if (study === null) return null;
    const snapshot = this.reader.read(study, {
      driven: isDriven(this.store, study, this.db),
      now: Date.now(),
    });
    this.seen = { study, snapshot };
    return snapshot;
  }

  trialLines(number: number, columns: number): readonly string[] {
    if (this.seen === null) return [];
    const { study } = this.seen;
    const trial = this.store.trial(study.id, number);
    if (trial === null) return [];
    const folder = blobFolderOf(this.db);
    const fileOf = (sha256: string): string | null => {
      const file = blobFile(folder, sha256);
      return existsSync(file) ? file : null;
    };
    const view = trialView(this.store, study, trial, fileOf);
    return trialText(view, { columns, colors: this.colors }).split("\n");
  }

  workerLines(columns: number): readonly string[] {
    if (this.seen === null) return [];
    const { study, snapshot } = this.seen;
    const now = snapshot.ended?.at ?? Date.now();
    const workers = studyWorkers(this.store.workers(study.id), this.store.attempts(study.id), now);
    return studyWorkersText(workers, columns, this.colors);
  }

  async stop(trial: number | null): Promise<string> {
    return stopStudy(this.db, this.name, trial);
  }

  close(): void {
    this.store.close();
  }
}
