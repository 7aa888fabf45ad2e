import { createLogUpdate } from "log-update";
import type { Params } from "../../../search/space.ts";
import type { StudyBaseline } from "../../../storage/store.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import type { StudyEvent, StudyEvents } from "../../events.ts";
import { recordedRepeats } from "../../repeats/recorded.ts";
import { duration } from "../../views/numbers.ts";
import { SnapshotReader } from "../../views/read-snapshot.ts";
import { lengthsOf } from "../../views/time-left.ts";
import { clip } from "../../views/text-width.ts";
import { note, type Io } from "../io.ts";
import { GoalOrder } from "./goal-order.ts";
import { renderFrame } from "./render.ts";
import { snapshotOf } from "./snapshot-of.ts";
import { reduce, startState, type LiveState } from "./state.ts";
import type { Watching, WatchTarget } from "./watch.ts";

const frameMs = 120;

/** Redraws a few lines in place while the study runs. */
export class LiveView implements Watching {
  private readonly target: WatchTarget;
  private readonly io: Io;
  private readonly draw = createLogUpdate(process.stdout, { showCursor: true });
  private readonly timer: NodeJS.Timeout;
  private readonly unlisten: () => void;
  private readonly beganAt = Date.now();
  private state: LiveState | null = null;
  /** With several goals or constraints. */
  private order: GoalOrder | null = null;
  private baselines: readonly StudyBaseline[] = [];
  private readonly known = new Map<number, Params>();
  /** What the last frame was made of. */
  private shown: readonly unknown[] = [];

  constructor(events: StudyEvents, target: WatchTarget, io: Io) {
    this.target = target;
    this.io = io;
    this.unlisten = events.on((event) => this.see(event));
    this.redraw();
    this.timer = setInterval(() => this.redraw(), frameMs);
  }

  stop(): void {
    clearInterval(this.timer);
    this.unlisten();
    this.order?.close();
    this.draw.clear();
    this.draw.done();
  }

  private see(event: StudyEvent): void {
    // Nothing is drawn yet that it would be seen in.
    if (event.kind === "notice" && this.state === null) {
      this.draw.clear();
      note(this.io, `note: ${event.message}`);
    }
    if (event.kind === "study_started") this.start(event.study, event.at);
    if (event.kind === "baselines") this.baselines = event.baselines;
    if (event.kind === "trial_started") this.known.set(event.trial, event.params);
    if (this.state !== null) this.state = reduce(this.state, event, (trial) => this.known.get(trial) ?? {});
  }

  /** What was there before: a resumed study has history. */
  private start(name: string, startedAt: number): void {
    if (this.target.goals !== undefined) this.order = new GoalOrder(this.target.db, name);
    const store = openStore(this.target.db, { readonly: true });
    try {
      const study = store.findStudy(name);
      if (study === null) return;
      this.baselines = study.baselines;
      const trials = store.trials(study.id);
      const before = new SnapshotReader(store).read(study, { driven: true, now: startedAt });
      const { running: _running, paused: _paused, ...counts } = before.counts;
      const repeats = new Set(recordedRepeats(store, study.id).map(({ trial }) => trial));
      const ended = trials.filter(({ number, endedAt }) => endedAt !== null && !repeats.has(number));
      for (const trial of trials) this.known.set(trial.number, trial.params);
      const { goal, ranked, repeatsEnded } = before;
      const lengths = lengthsOf(ended);
      this.state = startState({ goal, counts, repeats, repeatsEnded, ranked, lengths, startedAt });
    } finally {
      store.close();
    }
  }

  private redraw(): void {
    const { state, target, baselines, io } = this;
    const [columns, rows] = [process.stdout.columns ?? 80, process.stdout.rows ?? 24];
    const now = Date.now();
    if (state === null) {
      const words = `preparing the study … ${duration(now - this.beganAt)}`;
      this.draw(io.colors.dim(clip(words, columns)));
      return;
    }
    // A frame takes some milliseconds of a processor that trains as well: without news, one a second moves the times on.
    const shows = [state, baselines, columns, rows, Math.floor(now / 1000)];
    if (shows.every((part, index) => part === this.shown[index])) return;
    this.shown = shows;
    const snapshot = { ...snapshotOf(state, target, baselines, now), ...this.order?.read(now) };
    const { inLab } = target;
    this.draw(renderFrame({ snapshot, notice: state.notice, now, columns, rows, colors: io.colors, inLab }));
  }
}
