import { existsSync } from "node:fs";
import type { ReadStream, WriteStream } from "node:tty";
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
import { isDriven } from "../text/leaderboard.ts";
import { studyWorkersText } from "../text/study-workers.ts";
import { trialText } from "../text/trial.ts";
import { watchFrame } from "./frame.ts";
import { Screen } from "./screen.ts";
import { firstState, press, type Effect, type WatchState } from "./state.ts";

/** Between two looks at the database, at least. */
const pollMs = 500;
/** A look that takes long is followed by a rest of this many times its length: a large study is not slowed down. */
const restShare = 20;

export interface WatchOptions {
  readonly db: string;
  readonly study: string;
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly colors: Colors;
}

/** Watches a study on the whole terminal until someone quits. */
export async function watchOnScreen(options: WatchOptions): Promise<void> {
  const store = openStore(options.db, { readonly: true });
  try {
    await new Promise<void>((quit) => new StudyWatch(store, options, quit).start());
  } finally {
    store.close();
  }
}

/** A study as `watch` sees it now; `null` where it is gone. */
export function lookAt(
  store: StudyStore,
  reader: SnapshotReader,
  db: string,
  name: string,
): { readonly study: Study; readonly snapshot: Snapshot } | null {
  const study = store.findStudy(name);
  if (study === null) return null;
  return { study, snapshot: reader.read(study, { driven: isDriven(study, db), now: Date.now() }) };
}

class StudyWatch {
  private readonly store: StudyStore;
  private readonly options: WatchOptions;
  private readonly quit: () => void;
  private readonly reader: SnapshotReader;
  private readonly screen: Screen;
  private timer: NodeJS.Timeout | undefined;
  private state: WatchState = firstState;
  private seen: ReturnType<typeof lookAt> = null;

  constructor(store: StudyStore, options: WatchOptions, quit: () => void) {
    this.store = store;
    this.options = options;
    this.quit = quit;
    this.reader = new SnapshotReader(store);
    this.screen = new Screen(options.input, options.output, {
      key: (key) => this.onKey(key),
      redraw: () => this.draw(),
      quit: () => this.end(),
    });
  }

  start(): void {
    this.screen.open();
    this.look();
  }

  private look(): void {
    const from = performance.now();
    try {
      this.seen = lookAt(this.store, this.reader, this.options.db, this.options.study) ?? this.seen;
    } catch (error) {
      this.say(error);
    }
    this.draw();
    const took = performance.now() - from;
    this.timer = setTimeout(() => this.look(), Math.max(pollMs, restShare * took));
  }

  private draw(): void {
    if (this.seen === null) return;
    const { snapshot } = this.seen;
    const { columns, rows } = this.screen.size;
    const { colors } = this.options;
    const detailLines = this.state.workers === null ? this.trialLines(columns) : this.workerLines(columns);
    this.screen.draw(
      watchFrame({ snapshot, state: this.state, now: Date.now(), columns, rows, colors, detailLines }),
    );
  }

  private trialLines(columns: number): readonly string[] {
    if (this.state.open === null || this.seen === null) return [];
    const { study } = this.seen;
    const trial = this.store.trial(study.id, this.state.open.trial);
    if (trial === null) return [];
    const folder = blobFolderOf(this.options.db);
    const fileOf = (sha256: string): string | null => {
      const file = blobFile(folder, sha256);
      return existsSync(file) ? file : null;
    };
    const view = trialView(this.store, study, trial, fileOf);
    return trialText(view, { columns, colors: this.options.colors }).split("\n");
  }

  private workerLines(columns: number): readonly string[] {
    if (this.seen === null) return [];
    const { study, snapshot } = this.seen;
    const now = snapshot.ended?.at ?? Date.now();
    const workers = studyWorkers(this.store.workers(study.id), this.store.attempts(study.id), now);
    return studyWorkersText(workers, columns, this.options.colors);
  }

  private onKey(key: string): void {
    if (this.seen === null) {
      if (key === "q" || key === "\u0003") this.end();
      return;
    }
    const { state, effect } = press(this.state, key, this.seen.snapshot);
    this.state = state;
    if (effect !== null) this.act(effect);
    this.draw();
  }

  private act(effect: Effect): void {
    if (effect.kind === "quit") {
      this.end();
      return;
    }
    try {
      this.say(stopStudy(this.options.db, this.options.study, effect.trial));
    } catch (error) {
      this.say(error);
    }
  }

  private say(what: unknown): void {
    const message = what instanceof Error ? what.message : String(what);
    this.state = { ...this.state, message };
  }

  private end(): void {
    clearTimeout(this.timer);
    this.screen.close();
    this.quit();
  }
}
