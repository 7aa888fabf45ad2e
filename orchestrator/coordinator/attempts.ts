import type { History } from "../../search/history.ts";
import { seedFor } from "../../search/random.ts";
import { toValue } from "../../search/scores.ts";
import type { Params, ParamValue } from "../../search/space.ts";
import type { Write } from "../../storage/store.ts";
import {
  protocolVersion,
  type Assignment,
  type ProgramAssignment,
  type TrialAssignment,
} from "../../worker/protocol/assignment.ts";
import type { AttemptRef } from "../../worker/protocol/ids.ts";
import type { Repeats } from "../repeats/repeats.ts";
import type { CoordinatorDeps } from "./deps.ts";
import { isResumable, type Ending } from "./ending.ts";
import type { Aside } from "../study/aside.ts";
import { offersOf } from "../study/offers.ts";
import type { Ledger } from "./ledger.ts";
import type { OpenTrial, OpenTrials, StandingOrder } from "./open-trials.ts";
import { orderEvent, pausesOf } from "./recover.ts";
import { settleUnclaimed, type Settlement } from "./settle.ts";

/** What the worker of an attempt hears that another one took the place of. */
export const superseded = { kind: "stop", reason: "the attempt was given to another worker" } as const;

/** Starts, offers, orders and ends the attempts of one study. What is decided here is recorded before it is told. */
export class Attempts {
  private readonly deps: CoordinatorDeps;
  private readonly history: History;
  private readonly open: OpenTrials;
  /** The settings of this configuration do not go together: nobody can train it. */
  private readonly onImpossible: (trial: OpenTrial, settlement: Settlement) => void;
  private readonly repeats: Repeats;
  private readonly aside: Aside;
  private readonly withdrawing = new Set<OpenTrial>();

  constructor(
    deps: CoordinatorDeps,
    history: History,
    open: OpenTrials,
    onImpossible: (trial: OpenTrial, settlement: Settlement) => void,
    repeats: Repeats,
    aside: Aside,
  ) {
    this.deps = deps;
    this.history = history;
    this.open = open;
    this.onImpossible = onImpossible;
    this.repeats = repeats;
    this.aside = aside;
  }

  /** Records a new trial with its first attempt, and what else is to be known of it, and offers it. */
  start(
    number: number,
    params: Params,
    origin: string | null,
    also: readonly Write[] = [],
    onRecorded: () => void = () => {},
  ): OpenTrial {
    const { clock, events, plan, store, study } = this.deps;
    const at = clock.now();
    const { epochs } = plan.budget;
    const seed = seedFor(plan.seed, "train", number);
    const foreign = this.aside.newestHeardOf(number);
    const trial = openTrial({ number, params, seed, epochs, attempt: foreign + 1 });
    const added = { kind: "trial_added", trial: { number, params, seed, epochs, origin, at } } as const;
    const offers = offersOf(trial, 1, trial.attempt, at);
    store.record(study.id, [added, ...offers, ...also], "process");
    onRecorded();
    for (let attempt = 1; attempt <= foreign; attempt++) this.supersede({ ...this.open.ref(trial), attempt });
    this.history.apply({ kind: "started", trial: number, params, epochs });
    const repeatOf = this.repeats.repeated(number);
    events.emit({ kind: "trial_started", trial: number, params, origin, repeatOf, at });
    this.open.add(trial);
    this.offer(trial);
    return trial;
  }

  /** Goes on with a paused trial from its checkpoint until it has trained `epochs` in all. */
  continue(number: number, epochs: number): OpenTrial {
    const { clock, events, store, study } = this.deps;
    const stored = store.trial(study.id, number);
    if (stored === null) throw new Error(`the sampler continued trial ${number}, which does not exist`);
    const at = clock.now();
    const pauses = pausesOf(store.attempts(study.id, number));
    const attempt = Math.max(stored.attempts, this.aside.newestHeardOf(number)) + 1;
    const trial = { ...openTrial({ ...stored, epochs, attempt }), pauses };
    const continued = { kind: "trial_continued", trial: number, epochs } as const;
    store.record(study.id, [continued, ...offersOf(trial, stored.attempts + 1, attempt, at)], "process");
    this.history.apply({ kind: "continued", trial: number, epochs });
    events.emit({ kind: "trial_continued", trial: number, epochs, at });
    this.open.add(trial);
    this.offer(trial);
    return trial;
  }

  /** Records and offers the next attempt of a trial that nobody runs (a shelved one, on resume). */
  offerNext(trial: OpenTrial): void {
    const { clock, store, study } = this.deps;
    const next = Math.max(trial.attempt, this.aside.newestHeardOf(trial.number)) + 1;
    store.record(study.id, offersOf(trial, trial.attempt + 1, next, clock.now()), "process");
    this.advance(trial, next);
  }

  /** An attempt of a future that the database lost: whoever trains it need not go on. */
  private supersede(ref: AttemptRef): void {
    void this.deps.bus.settle(ref, superseded).catch((error: unknown) => this.notice(error));
  }

  /** The next attempt is recorded already: count it and offer it. */
  advance(trial: OpenTrial, attempt: number): void {
    for (let foreign = trial.attempt + 1; foreign < attempt; foreign++)
      this.supersede({ ...this.open.ref(trial), attempt: foreign });
    trial.attempt = attempt;
    trial.newestReport = undefined;
    trial.startedAt = undefined;
    trial.worker = null;
    trial.order = null;
    this.offer(trial);
  }

  offer(trial: OpenTrial): void {
    let assignment: Assignment;
    try {
      assignment = this.assignment(trial);
    } catch (error) {
      const reason = `bad_settings: ${error instanceof Error ? error.message : String(error)}`;
      this.onImpossible(trial, { kind: "end", state: "failed", outcome: "failed", reason });
      return;
    }
    void this.deps.bus.offer(assignment).catch((error: unknown) => this.notice(error));
  }

  /** Recorded first, so that a resumed study knows why an attempt stopped. */
  order(trial: OpenTrial, order: StandingOrder): void {
    const { bus, clock, events, store, study } = this.deps;
    const { number, attempt } = trial;
    const at = clock.now();
    const data = { trial: number, attempt, epoch: this.history.trial(number).epoch, ...order };
    store.record(study.id, [{ kind: "event", name: orderEvent, data, at }], "process");
    trial.order = order;
    const { kind, reason } = order;
    events.emit({ kind: "ordered", trial: number, attempt, order: kind, reason, at });
    void bus.order(this.open.ref(trial), { kind, reason }).catch((error: unknown) => this.notice(error));
  }

  /**
   * The study ends: take the trial back if nobody claimed it, else tell its worker, unless it was told to stop or
   * pause before. To be called again until the trial is closed: the server may be away, the disk full.
   */
  async end(trial: OpenTrial, ending: Ending, ledger: Ledger): Promise<void> {
    const ref = this.open.ref(trial);
    if (this.withdrawing.has(trial)) return;
    if (trial.worker === null && (await this.withdrawn(trial, ref))) {
      if (this.open.current(ref) === trial) ledger.settle(trial, settleUnclaimed(ending));
      return;
    }
    if (trial.order !== null || this.open.current(ref) !== trial) return;
    const { reason } = ending;
    if (isResumable(ending)) this.order(trial, { kind: "pause", reason, outcome: "interrupted" });
    else this.order(trial, { kind: "stop", reason, outcome: "cancelled" });
  }

  private async withdrawn(trial: OpenTrial, ref: AttemptRef): Promise<boolean> {
    this.withdrawing.add(trial);
    try {
      return await this.deps.bus.withdraw(ref);
    } finally {
      this.withdrawing.delete(trial);
    }
  }

  /** What an end or a pause, recorded already, means for the history and the listeners. Frees the slot. */
  close(trial: OpenTrial, settlement: Exclude<Settlement, { kind: "again" }>): void {
    const { clock, events } = this.deps;
    const at = clock.now();
    const { number } = trial;
    if (settlement.kind === "pause") {
      this.history.apply({ kind: "paused", trial: number });
      events.emit({ kind: "trial_paused", trial: number, reason: settlement.reason, at });
    } else if (settlement.kind === "end") {
      const { outcome, reason } = settlement;
      this.history.apply({ kind: "ended", trial: number, outcome });
      const record = this.history.trial(number);
      const counts = outcome !== "diverged" && outcome !== "failed";
      const value = counts ? toValue(record.best, this.history.goal) : null;
      const bestEpoch = record.bestEpoch || null;
      events.emit({
        kind: "trial_ended",
        trial: number,
        outcome,
        value,
        bestEpoch,
        epochs: record.epoch,
        reason,
        at,
      });
    }
    this.open.close(trial);
  }

  notice(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.deps.events.emit({ kind: "notice", message, at: this.deps.clock.now() });
  }

  /**
   * Where the worker stops by itself: at the next pause that is certain, or when the trial is complete. Not a matter of
   * what was reported: an attempt that was lost on its way to a rung is followed by one that stops at that rung.
   */
  private stop({ number, epochs, pauses = 0 }: OpenTrial): Pick<TrialAssignment, "epochs" | "pauses"> {
    const { plan } = this.deps;
    if (epochs < plan.budget.epochs) return { epochs, pauses: true };
    const isNew = pauses === 0 && !this.repeats.has(number);
    const pause = isNew ? plan.pausesAfter?.(number, 0) : undefined;
    return pause === undefined || pause >= epochs ? { epochs } : { epochs: pause, pauses: true };
  }

  private assignment(trial: OpenTrial): Assignment {
    const { plan, study } = this.deps;
    const { checkpoint } = trial;
    const blob = checkpoint === null ? null : { sha256: checkpoint.sha256, bytes: checkpoint.bytes };
    const from =
      checkpoint === null || blob === null ? {} : { from: { epoch: checkpoint.epoch, checkpoint: blob } };
    const metric = { name: study.metric, goal: study.goal };
    const every = { version: protocolVersion, ref: this.open.ref(trial), seed: trial.seed } as const;
    if (plan.program !== undefined) {
      const params = plainParams(trial.params);
      const { epoch: reported } = this.history.trial(trial.number);
      return {
        ...every,
        kind: "program",
        program: plan.program,
        params,
        reported,
        ...this.stop(trial),
        metric,
        ...from,
      };
    }
    const common = {
      ...every,
      settings: plan.settingsFor(trial.params),
      data: plan.data,
    } as const;
    if (plan.rangeTest) return { ...common, kind: "lr_range_test", test: plan.rangeTest };
    const { checkpointSeconds: checkpoint_seconds } = plan;
    return { ...common, kind: "trial", ...this.stop(trial), metric, checkpoint_seconds, ...from };
  }
}

/** As messages carry them. */
function plainParams(params: Params): ProgramAssignment["params"] {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, mutable(value)]));
}

function mutable(value: ParamValue): ProgramAssignment["params"][string] {
  if (typeof value !== "object" || value === null) return value;
  return [...value] as number[] | string[]; // of one kind, as it was before
}

type Seed = Pick<OpenTrial, "number" | "params" | "seed" | "epochs" | "attempt"> &
  Partial<Pick<OpenTrial, "checkpoint">>;

function openTrial(seed: Seed): OpenTrial {
  const { number, params, epochs, attempt, checkpoint = null } = seed;
  return {
    number,
    params,
    seed: seed.seed,
    epochs,
    attempt,
    failures: 0,
    worker: null,
    checkpoint,
    order: null,
    release: () => {},
  };
}
