import { batch, computed, signal, type Signal } from "@preact/signals";
import {
  plotGoals,
  readCurveBlock,
  type AttemptList,
  type MetricColumns,
  type StudyDelta,
  type StudyHead,
  type StudySnapshot,
  type StudyStatus,
} from "../../../orchestrator/views/page/wire.ts";
import type { PlotRange, PlotStudy } from "../../../orchestrator/views/plots/study.ts";
import { checkWire, getJson, getNumbers, Refused } from "./fetch.ts";
import { Pace } from "./pace.ts";
import { trialOf, withPiece, type PageTrial } from "./page-trial.ts";
import { listen } from "./stream.ts";

/** Once what is there has been painted: the server and the page have a lot to do for the curves. A page in the background paints nothing. */
async function painted(): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, mostUnpaintedMs);
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

const mostUnpaintedMs = 300;

/** A study that is looked at: loaded once, then kept up with. */
export class LiveStudy {
  readonly key: string;
  /** `null`: not there yet. */
  readonly head: Signal<StudyHead | null> = signal(null);
  readonly status: Signal<StudyStatus | null> = signal(null);
  /** Why it cannot be shown, in words. */
  readonly trouble: Signal<string | null> = signal(null);
  readonly curvesAreThere = signal(false);
  readonly attempts: Signal<AttemptList> = signal([]);
  readonly ranges: Signal<readonly PlotRange[]> = signal([]);
  private readonly tick = signal(0);
  private trials: PageTrial[] = [];
  private place = "0.0.0";
  private stopListening = (): void => {};
  private isStopped = false;
  private timer = 0;
  /** Known, and not shown yet. */
  private newest: StudyStatus | null = null;
  private readonly pace = new Pace(() => {
    batch(() => {
      if (this.newest !== null) this.status.value = this.newest;
      this.tick.value++;
    });
  });

  constructor(key: string) {
    this.key = key;
  }

  /** By number. A new list whenever something changed. */
  readonly list = computed((): readonly PageTrial[] => {
    void this.tick.value;
    return this.trials.filter((trial) => trial !== undefined); // of a lab only the best are here
  });

  readonly study = computed((): PlotStudy | null => {
    const [head, status] = [this.head.value, this.status.value];
    if (head === null || status === null) return null;
    const worst = head.goal === "minimize" ? -Infinity : Infinity;
    return {
      ...head,
      perfect: head.perfect ?? worst,
      byGoals: plotGoals(status.goals),
      baselines: status.baselines,
      state: status.state,
      until: status.endedAt ?? Math.max(Date.now(), head.startedAt),
      trials: this.list.value,
      attempts: this.attempts.value,
      ranges: this.ranges.value,
    };
  });

  trial(number: number): PageTrial | undefined {
    void this.tick.value;
    return this.trials[number];
  }

  async start(): Promise<void> {
    try {
      const snapshot = checkWire(await getJson<StudySnapshot>("studies", this.key));
      batch(() => {
        this.trials = [];
        for (const tuple of snapshot.trials) this.trials[tuple[0]] = trialOf(tuple, undefined);
        this.place = snapshot.place;
        this.head.value = snapshot.head;
        this.status.value = snapshot.status;
        this.tick.value++;
      });
      await painted();
      await this.loadCurves();
      if (!this.isStopped) this.follow();
    } catch (error) {
      this.trouble.value = error instanceof Error ? error.message : String(error);
      // The server may come back, the study be made.
      const mayCome = error instanceof Refused && (error.status === 0 || error.status === 404);
      if (mayCome && !this.isStopped) this.timer = window.setTimeout(() => void this.start(), 2000);
    }
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.pace.stop();
    this.stopListening();
  }

  async loadAttempts(): Promise<void> {
    this.attempts.value = await getJson<AttemptList>("studies", this.key, "attempts");
  }

  async loadRanges(): Promise<void> {
    this.ranges.value = await getJson<readonly PlotRange[]>("studies", this.key, "ranges");
  }

  async loadMetrics(): Promise<void> {
    const { trials, metrics } = await getJson<MetricColumns>("studies", this.key, "metrics");
    const columns = Object.entries(metrics);
    for (const [i, number] of trials.entries()) {
      const trial = this.trials[number];
      const known = columns.flatMap(([name, values]) => {
        const value = values[i];
        return value == null ? [] : [[name, value] as const];
      });
      if (trial !== undefined) this.trials[number] = { ...trial, metrics: Object.fromEntries(known) };
    }
    this.tick.value++;
  }

  private async loadCurves(): Promise<void> {
    const block = readCurveBlock(await getNumbers("studies", this.key, "curves"));
    let from = 0;
    for (let i = 0; i < block.trials.length; i++) {
      const [number, length] = [block.trials[i]!, block.lengths[i]!];
      const curve = block.values.subarray(from, from + length);
      from += length;
      const trial = this.trials[number];
      if (trial === undefined) continue;
      this.trials[number] = { ...trial, curve, seconds: block.seconds[i]!, at: block.ats[i]! };
    }
    batch(() => {
      this.trouble.value = null;
      this.curvesAreThere.value = true;
      this.tick.value++;
    });
  }

  private follow(): void {
    this.stopListening = listen(["studies", this.key, "live"], () => this.place, {
      delta: (data) => {
        this.apply(checkWire(JSON.parse(data) as StudyDelta));
      },
      gone: () => {
        this.trouble.value = "this study is not in the database any more";
      },
      trouble: (data) => {
        this.trouble.value = (JSON.parse(data) as { readonly error: string }).error;
      },
    });
  }

  private apply({ place, status, trials, curves, open }: StudyDelta): void {
    this.place = place;
    for (const tuple of trials) this.trials[tuple[0]] = trialOf(tuple, this.trials[tuple[0]]);
    for (const piece of curves) {
      const trial = this.trials[piece.trial];
      if (trial !== undefined) this.trials[piece.trial] = { ...trial, curve: withPiece(trial.curve, piece) };
    }
    for (const [number, state] of open) {
      const trial = this.trials[number];
      if (trial !== undefined && trial.state !== state) this.trials[number] = { ...trial, state };
    }
    this.trouble.value = null;
    this.newest = status;
    this.pace.news();
  }
}
