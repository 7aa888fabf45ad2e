import type { StudyStore } from "../../storage/store.ts";
import type { Params } from "../../search/space.ts";
import { leaderboard, type Leaderboard, type LeaderboardQuery } from "../views/leaderboard.ts";
import { UserError } from "../errors.ts";
import { pause, type Clock } from "../../worker/protocol/clock.ts";
import type { Desk } from "./desk.ts";
import { newHolder, renew, type Holder } from "./lease.ts";
import type { GivenParams, SpaceOf } from "./space.ts";
import type { Metrics } from "./metrics.ts";
import { AskedTrial } from "./trial.ts";

/** A trial's work. What it returns, if it is a number, is the metric. */
export type Objective<S extends SpaceOf> = (trial: AskedTrial<S>) => Promise<Metrics | void> | Metrics | void;

/** How `optimize` runs trials. */
export interface OptimizeOptions {
  /** Trials at once in this process (default 1). */
  readonly concurrency?: number;
  /** Stops asking; trials under way are handed back once their objective returns. */
  readonly signal?: AbortSignal;
}

/** How to wait for a trial: the signal ends the wait with none. */
export interface AskOptions {
  readonly signal?: AbortSignal;
}

/** Between two looks where a trial waits for others: at first and at most. */
const firstWaitMs = 5;
const longestWaitMs = 250;

/**
 * A study whose configurations are asked for. Any number of processes may open it by its name and ask at once; each trial is given to
 * one of them, and what is suggested depends on the records alone.
 */
export class AskedStudy<S extends SpaceOf = SpaceOf> implements AsyncDisposable {
  private readonly store: StudyStore;
  private readonly desk: Desk;
  private readonly clock: Clock;
  private readonly holder: Holder;
  private readonly mine = new Set<AskedTrial<S>>();
  private readonly stopTimer: () => void;
  private over: string | null = null;
  private closed = false;

  constructor(store: StudyStore, desk: Desk, clock: Clock, leaseMs: number) {
    this.store = store;
    this.desk = desk;
    this.clock = clock;
    this.holder = newHolder(leaseMs, true);
    this.renew();
    this.stopTimer = clock.every(leaseMs / 3, () => this.renew());
  }

  get name(): string {
    return this.desk.study.name;
  }

  /** Why there are no more trials; `null` while there may be. */
  get reason(): string | null {
    return this.over;
  }

  /** The next trial; `null` when the study is over. Waits while the search waits for running trials. */
  ask(options?: AskOptions): Promise<AskedTrial<S> | null>;
  /** As many trials as there are now, at most `n`; none when the study is over. */
  ask(options: AskOptions & { readonly n: number }): Promise<AskedTrial<S>[]>;
  async ask(
    options: AskOptions & { readonly n?: number } = {},
  ): Promise<AskedTrial<S> | AskedTrial<S>[] | null> {
    const { n, signal } = options;
    const first = await this.next(signal);
    if (n === undefined) return first;
    if (first === null) return [];
    const trials = [first];
    for (
      let more = trials.length < n ? this.now() : null;
      more !== null;
      more = trials.length < n ? this.now() : null
    )
      trials.push(more);
    return trials;
  }

  /**
   * Asks and runs until the study is over or the signal fires. An objective that throws fails its trial; one that returns without a
   * value or a report does, too.
   */
  async optimize(objective: Objective<S>, { concurrency = 1, signal }: OptimizeOptions = {}): Promise<void> {
    const lane = async (): Promise<void> => {
      for (;;) {
        if (signal?.aborted === true) return;
        const trial = await this.ask(signal === undefined ? {} : { signal });
        if (trial === null) return;
        await this.run(trial, objective, signal);
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, concurrency) }, lane));
    if (signal?.aborted !== true) this.now(); // the last trial has ended: the study may be complete now
  }

  /** Trial after trial. One that the loop's body leaves open is complete if it reported, and has failed if it did not. */
  async *[Symbol.asyncIterator](): AsyncGenerator<AskedTrial<S>, void, void> {
    for (;;) {
      const trial = await this.ask();
      if (trial === null) return;
      let handed = true;
      try {
        yield trial;
        handed = false;
      } finally {
        if (handed) trial.handBack(); // `break`
      }
      await trial.complete();
    }
  }

  /** Tries this configuration before the search's own. */
  enqueue(params: GivenParams<S>): void {
    this.desk.enqueue(given(params));
  }

  /** A result from elsewhere, which the search learns from. Returns the number of its trial. Throws `UserError`. */
  tell(params: GivenParams<S>, value: Metrics): number {
    return this.desk.tell(given(params), value);
  }

  /** The trials so far, best first. */
  leaderboard(query?: LeaderboardQuery): Leaderboard {
    return leaderboard(this.store, this.store.findStudy(this.name) ?? this.desk.study, query);
  }

  /** Hands back what is still open, and closes the database. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.stopTimer();
    for (const trial of this.mine) trial.handBack();
    this.store.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async run(
    trial: AskedTrial<S>,
    objective: Objective<S>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      const value = await objective(trial);
      if (signal?.aborted === true && value === undefined) trial.handBack();
      else await trial.complete(value ?? undefined);
    } catch (error) {
      if (signal?.aborted === true) trial.handBack();
      else await trial.fail(error);
      if (error instanceof UserError) throw error; // a mistake in the program, not of the trial
    }
  }

  private async next(signal: AbortSignal | undefined): Promise<AskedTrial<S> | null> {
    for (let wait = firstWaitMs; ; wait = Math.min(2 * wait, longestWaitMs)) {
      if (signal?.aborted === true) return null;
      const trial = this.now();
      if (trial !== null || this.over !== null) return trial;
      await pause(this.clock, wait, signal);
    }
  }

  /** Without waiting. */
  private now(): AskedTrial<S> | null {
    if (this.closed) throw new UserError(`study ${this.name} is closed`);
    const answer = this.desk.ask(this.holder);
    if (answer.kind === "over") this.over = answer.reason;
    if (answer.kind !== "trial") return null;
    const trial: AskedTrial<S> = new AskedTrial<S>(this.desk, answer, () => this.mine.delete(trial));
    this.mine.add(trial);
    return trial;
  }

  private renew(): void {
    renew(this.store, this.desk.study.id, this.holder, this.clock.now());
  }
}

/** Parameters that do not apply may be given as `undefined`. */
function given(params: Readonly<Record<string, unknown>>): Params {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined)) as Params;
}
