/**
 * The other source of `watch`: on a machine without the study's database only what its coordinator publishes can be shown, and what
 * is missing says where it is.
 */
import type { Board } from "../../lab/board.ts";
import type { LabConnection } from "../../lab/connection.ts";
import { boardsOf } from "../../lab/find-board.ts";
import { isDrivenNow, LabWatch, workersOn } from "../../lab/lab-watch.ts";
import { stopOnLab } from "../../lab/stop-on-lab.ts";
import { UserError } from "../../errors.ts";
import { totalTrials } from "../../views/counts.ts";
import { labTrial } from "../../views/page/lab.ts";
import type { SeenTrial, Snapshot } from "../../views/snapshot.ts";
import { workerRow } from "../../views/workers.ts";
import type { Colors } from "../io.ts";
import { trialText } from "../text/trial.ts";
import { workersText } from "../text/workers.ts";
import type { Watched } from "./watch.ts";

/** Between two looks at the lab. */
const lookMs = 2000;

/** A study that a lab publishes: its best trials and its workers, as anyone sees who may look. */
export class LabWatched implements Watched {
  private readonly watch: LabWatch;
  private readonly key: string;
  private readonly colors: Colors;
  private lookedAt = Date.now();

  private constructor(watch: LabWatch, key: string, colors: Colors) {
    this.watch = watch;
    this.key = key;
    this.colors = colors;
  }

  /** The study of that name or key, or the one that changed last. Throws `UserError`. */
  static async open(lab: LabConnection, name: string | undefined, colors: Colors): Promise<LabWatched> {
    const watch = new LabWatch(lab);
    await watch.look();
    try {
      if (watch.trouble !== null) throw new UserError(watch.trouble);
      return new LabWatched(watch, boardsOf(watch.now.boards, name, lab)[0]!.key, colors);
    } catch (error) {
      await watch.close();
      throw error;
    }
  }

  look(): Snapshot | null {
    if (Date.now() - this.lookedAt >= lookMs) {
      this.lookedAt = Date.now();
      void this.watch.look();
    }
    const { trouble } = this.watch;
    if (trouble !== null) throw new UserError(trouble);
    const board = this.board();
    return board === null ? null : seenOnLab(board, this.watch.now.workers, Date.now());
  }

  trialLines(trial: number, columns: number): readonly string[] {
    const board = this.board();
    const row = board?.leaderboard.trials.find(({ number }) => number === trial);
    if (board === null || row === undefined) return [`trial ${trial} is not among those the lab publishes`];
    const text = trialText(labTrial(board, row), { columns, colors: this.colors });
    return [
      ...text.split("\n"),
      "",
      `its curve and attempts: seqtune show ${board.leaderboard.study} ${trial} on ${board.host}`,
    ];
  }

  workerLines(width: number): readonly string[] {
    const { boards, workers } = this.watch.now;
    const names = new Map(boards.map(({ key, leaderboard }) => [key, leaderboard.study]));
    if (workers.length === 0) return ["no workers in the lab now"];
    const rows = workers.map((worker) => workerRow(worker, names));
    return workersText(rows, { now: Date.now(), width, colors: this.colors }).split("\n");
  }

  async stop(trial: number | null): Promise<string> {
    return await stopOnLab(this.watch.lab, this.key, trial);
  }

  close(): void {
    void this.watch.close();
  }

  private board(): Board | null {
    return this.watch.now.boards.find(({ key }) => key === this.key) ?? null;
  }
}

/** What a screen shows of it; what only the coordinator knows (the budget, the time left, curves) stays out. */
export function seenOnLab(board: Board, workers: LabWatch["now"]["workers"], now: number): Snapshot {
  const { at, key, host, leaderboard } = board;
  const { state, reason, counts, endedAt, repeats, trials } = leaderboard;
  const own = workersOn(key, workers);
  const workerOf = new Map(own.map(({ info }) => [info.running!.trial, info]));
  const seen = trials.map(({ number, params, outcome, value, bestEpoch, epochs }): SeenTrial => {
    const info = workerOf.get(number);
    return {
      number,
      params,
      state: outcome,
      value,
      bestEpoch,
      epochs: info?.progress?.epoch ?? epochs,
      curve: [],
      worker: info?.id ?? null,
    };
  });
  const silent = state === "running" && !isDrivenNow(board, now);
  const words = silent
    ? `not heard of since: it may have ended, see seqtune studies on ${host}`
    : `${state}${reason === null ? "" : `: ${reason}`}`;
  return {
    study: leaderboard.study,
    metric: leaderboard.metric,
    goal: leaderboard.goal,
    baselines: leaderboard.baselines,
    startedAt: leaderboard.startedAt,
    ended: state === "running" && !silent ? null : { at: endedAt ?? at, words },
    counts,
    done: totalTrials(counts) - counts.running - counts.paused - repeats,
    budget: null,
    repeats,
    repeatsEnded: repeats,
    epochs: own.reduce(
      (most, { info }) => Math.max(most, info.progress?.epochs ?? 0),
      trials.reduce((most, { epochs }) => Math.max(most, epochs), 1),
    ),
    ranked: seen.filter(({ value }) => value !== null),
    running: seen.filter(({ number }) => workerOf.has(number)).toSorted((a, b) => a.number - b.number),
    workers: own.length,
    left: null,
  };
}
