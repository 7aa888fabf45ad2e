import { createLogUpdate } from "log-update";
import type { Params } from "../../../search/space.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { StudyEvent, StudyEvents } from "../../events.ts";
import { recordedRepeats } from "../../repeats/recorded.ts";
import { bestNaive } from "../../views/skill.ts";
import { note, print, type Io } from "../io.ts";
import { printable } from "../../views/text-width.ts";
import { plainLine } from "./plain.ts";
import { renderFrame } from "./render.ts";
import { reduce, startState, type LiveState } from "./state.ts";

/** How a running study is shown: redrawn on a terminal, line by line elsewhere, or as JSON lines for programs. */
export type ViewKind = "live" | "lines" | "json" | "quiet";

export interface WatchTarget {
  readonly db: string;
  readonly metric: string;
  readonly trials: number | null;
  readonly epochs: number;
  /** Trained by the workers of a lab. */
  readonly inLab: boolean;
}

export interface Watching {
  /** Takes the view down; what was printed stays. */
  stop(): void;
}

const frameMs = 120;

export function watchStudy(events: StudyEvents, kind: ViewKind, io: Io, target: WatchTarget): Watching {
  switch (kind) {
    case "json":
      return { stop: events.on((event) => print(io, JSON.stringify(event))) };
    case "lines":
      return { stop: events.on((event) => printLine(io, event, target.metric)) };
    case "quiet":
      return {
        stop: events.on((event) => event.kind === "notice" && note(io, `note: ${printable(event.message)}`)),
      };
    case "live":
      return new LiveView(events, target, io);
    default:
      return kind satisfies never;
  }
}

function printLine(io: Io, event: StudyEvent, metric: string): void {
  const line = plainLine(event, metric);
  if (line !== null) print(io, printable(line));
}

/** Redraws a few lines in place while the study runs. */
class LiveView implements Watching {
  private readonly target: WatchTarget;
  private readonly io: Io;
  private readonly draw = createLogUpdate(process.stdout, { showCursor: true });
  private readonly timer: NodeJS.Timeout;
  private readonly unlisten: () => void;
  private state: LiveState | null = null;
  private baseline: { readonly name: string; readonly value: number } | null = null;
  private readonly known = new Map<number, Params>();

  constructor(events: StudyEvents, target: WatchTarget, io: Io) {
    this.target = target;
    this.io = io;
    this.unlisten = events.on((event) => this.see(event));
    this.timer = setInterval(() => this.redraw(), frameMs);
  }

  stop(): void {
    clearInterval(this.timer);
    this.unlisten();
    this.draw.clear();
    this.draw.done();
  }

  private see(event: StudyEvent): void {
    // Nothing is drawn yet that it would be seen in.
    if (event.kind === "notice" && this.state === null) note(this.io, `note: ${event.message}`);
    if (event.kind === "study_started") this.start(event.study, event.at);
    if (event.kind === "trial_started") this.known.set(event.trial, event.params);
    if (this.state !== null) this.state = reduce(this.state, event, (trial) => this.known.get(trial) ?? {});
  }

  /** What was there before: a resumed study has history. */
  private start(name: string, at: number): void {
    const store = openStore(this.target.db, { readonly: true });
    try {
      const study = store.findStudy(name);
      if (study === null) return;
      const naive = bestNaive(study.baselines, study.goal);
      if (naive !== null && naive.value !== null) this.baseline = { name: naive.name, value: naive.value };
      const { running: _running, paused: _paused, ...counts } = store.counts(study.id);
      const repeats = new Set(recordedRepeats(store, study.id).map(({ trial }) => trial));
      const trials = store.trials(study.id, { order: "rank" });
      const first = trials.find(({ number }) => !repeats.has(number));
      const value = first?.value ?? null;
      const best =
        first === undefined || value === null ? null : { number: first.number, value, params: first.params };
      const repeatsEnded = trials.filter(
        ({ number, endedAt }) => repeats.has(number) && endedAt !== null,
      ).length;
      for (const trial of trials) this.known.set(trial.number, trial.params);
      this.state = startState({ goal: study.goal, counts, repeats, repeatsEnded, best, at });
    } finally {
      store.close();
    }
  }

  private redraw(): void {
    if (this.state === null) return;
    const { metric, trials, epochs, inLab } = this.target;
    const columns = process.stdout.columns ?? 80;
    const { state, baseline } = this;
    this.draw(renderFrame({ state, metric, trials, epochs, baseline, now: Date.now(), columns, inLab }));
  }
}
