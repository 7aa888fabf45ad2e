import type { ReadStream, WriteStream } from "node:tty";
import type { Snapshot } from "../../views/snapshot.ts";
import type { Colors } from "../io.ts";
import { watchFrame } from "./frame.ts";
import { Screen } from "./screen.ts";
import { firstState, press, type Effect, type WatchState } from "./state.ts";

/** Between two looks at the database, at least. */
const pollMs = 500;
/** A look that takes long is followed by a rest of this many times its length: a large study is not slowed down. */
const restShare = 20;

export interface WatchOptions {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly colors: Colors;
}

/** What is watched: a study of a database, or one that a lab publishes. */
export interface Watched {
  /** The study now; `null`: not known yet. Throws in words. */
  look(): Snapshot | null;
  /** Everything about a trial, line by line; empty where nothing is known. */
  trialLines(trial: number, columns: number): readonly string[];
  workerLines(columns: number): readonly string[];
  /** Says what happens. `trial` null: the whole study. */
  stop(trial: number | null): Promise<string>;
  close(): void;
}

/** Watches a study on the whole terminal until someone quits. */
export async function watchOnScreen(watched: Watched, options: WatchOptions): Promise<void> {
  try {
    await new Promise<void>((quit) => new StudyWatch(watched, options, quit).start());
  } finally {
    watched.close();
  }
}

class StudyWatch {
  private readonly watched: Watched;
  private readonly options: WatchOptions;
  private readonly quit: () => void;
  private readonly screen: Screen;
  private timer: NodeJS.Timeout | undefined;
  private state: WatchState = firstState;
  private snapshot: Snapshot | null = null;

  constructor(watched: Watched, options: WatchOptions, quit: () => void) {
    this.watched = watched;
    this.options = options;
    this.quit = quit;
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
      this.snapshot = this.watched.look() ?? this.snapshot;
    } catch (error) {
      this.say(error);
    }
    this.draw();
    const took = performance.now() - from;
    this.timer = setTimeout(() => this.look(), Math.max(pollMs, restShare * took));
  }

  private draw(): void {
    const { snapshot } = this;
    if (snapshot === null) return;
    const { columns, rows } = this.screen.size;
    const { colors } = this.options;
    const { open, workers } = this.state;
    const trialLines = open === null ? [] : this.watched.trialLines(open.trial, columns);
    const detailLines = workers === null ? trialLines : this.watched.workerLines(columns);
    this.screen.draw(
      watchFrame({ snapshot, state: this.state, now: Date.now(), columns, rows, colors, detailLines }),
    );
  }

  private onKey(key: string): void {
    if (this.snapshot === null) {
      if (key === "q" || key === "\u0003") this.end();
      return;
    }
    const { state, effect } = press(this.state, key, this.snapshot);
    this.state = state;
    if (effect !== null) this.act(effect);
    this.draw();
  }

  private act(effect: Effect): void {
    if (effect.kind === "quit") {
      this.end();
      return;
    }
    const said = (what: unknown): void => {
      this.say(what);
      this.draw();
    };
    this.watched.stop(effect.trial).then(said, said);
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
