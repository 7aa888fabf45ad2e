import type { History } from "../../search/history.ts";
import { keepAll } from "../../search/pruner.ts";
import { compareScores, toScore } from "../../search/scores.ts";
import { StoreError } from "../../storage/errors.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import type { AttemptRef } from "../../worker/protocol/ids.ts";
import { recordedRepeats } from "../repeats/recorded.ts";
import { Repeats } from "../repeats/repeats.ts";
import { Aside } from "../study/aside.ts";
import { Attempts, superseded } from "./attempts.ts";
import { Crew } from "./crew.ts";
import type { CoordinatorDeps } from "./deps.ts";
import { disownImpossible } from "./disown.ts";
import { isResumable, type Ending } from "./ending.ts";
import { closePaused, completion, dismissLost } from "./finish.ts";
import { Ledger } from "./ledger.ts";
import type { OpenTrial, OpenTrials } from "./open-trials.ts";
import { recover, type Recovered } from "./recover.ts";
import { Refusals } from "./refusals.ts";
import { settleLoss, type Settlement } from "./settle.ts";
import { Slots } from "./slots.ts";
import { Supply } from "./supply.ts";

const pollMs = 500;

/** What was asked up to now was meant for others. */
export function newestStopRequest(store: StudyStore, { id }: Study): number {
  return store.stopRequests(id, 0).at(-1)?.id ?? 0;
}

/**
 * Drives one study: asks the sampler when a slot is free, offers attempts, records what comes back, lets the
 * pruner judge, and ends when a budget is met.
 *
 * Life of a trial: started → (attempt offered → running → ended)+ → complete | pruned | diverged | failed |
 * cancelled, with pauses in between. Every step is in the database before it has consequences, so `run` on a
 * study whose coordinator died goes on where it was.
 */
export class Coordinator {
  private readonly deps: CoordinatorDeps;
  private readonly history: History;
  private readonly open: OpenTrials;
  private readonly unfinished: Recovered["unfinished"];
  private readonly attempts: Attempts;
  private readonly ledger: Ledger;
  private readonly slots: Slots;
  private readonly crew: Crew;
  private readonly repeats: Repeats;
  private readonly aside: Aside;
  private readonly refusals: Refusals;
  private readonly supply: Supply;
  private readonly over = new AbortController();
  /** What of the records cannot be and is not counted, in a sentence. */
  private readonly disowned: string | null;
  private ending: Ending | null = null;
  private lastStopRequest: number;

  constructor(deps: CoordinatorDeps) {
    this.deps = deps;
    this.lastStopRequest = deps.lastStopRequest ?? newestStopRequest(deps.store, deps.study);
    this.disowned = disownImpossible(deps);
    const { history, open, unfinished } = recover(deps.store, deps.study);
    this.history = history;
    this.open = open;
    this.unfinished = unfinished;
    this.repeats = new Repeats(deps.plan.repeats, recordedRepeats(deps.store, deps.study.id));
    this.aside = new Aside(deps.study.key, deps.store.events(deps.study.id));
    this.attempts = new Attempts(
      deps,
      history,
      open,
      (trial, settlement) => this.refusals.guarded(() => this.ledger.settleSoon(trial, settlement)),
      this.repeats,
      this.aside,
    );
    this.slots = new Slots((error) => this.fail(error));
    this.refusals = new Refusals((error) => this.attempts.notice(error));
    this.ledger = new Ledger({
      ...deps,
      history,
      open,
      aside: this.aside,
      remote: deps.bus.survivesCoordinator,
      judged: deps.plan.pruner !== keepAll,
      ranks: (trial) => !this.repeats.has(trial),
      onSettled: (trial, settlement, next) => this.settled(trial, settlement, next),
      onStaleEnd: (ref) => {
        if (ref.study === deps.study.key) this.tell(deps.bus.settle(ref));
      },
      onReport: (trial) => this.reported(trial),
    });
    this.supply = new Supply({
      ...deps,
      history,
      open,
      attempts: this.attempts,
      repeats: this.repeats,
      refusals: this.refusals,
      over: this.over.signal,
    });
    this.crew = new Crew({
      ...deps,
      open,
      slots: this.slots,
      settle: (trial, settlement) => this.ledger.settle(trial, settlement),
      heardOf: (ref) => this.heardOf(ref),
      wantedTrials: () => this.supply.wanted(),
    });
  }

  /** Runs the study to its end. `interrupt` hands running trials back and leaves the study resumable. */
  async run(interrupt: AbortSignal): Promise<Ending> {
    const { bus, clock, store, study, events } = this.deps;
    store.setStudyState(study.id, "running", null, clock.now());
    const resumed = this.history.trials.length > 0;
    events.emit({ kind: "study_started", study: study.name, resumed, at: clock.now() });
    if (this.disowned !== null) this.attempts.notice(new Error(this.disowned));
    const onInterrupt = (): void =>
      this.end({ state: "interrupted", reason: "by Ctrl-C or a signal; nothing recorded is lost" });
    interrupt.addEventListener("abort", onInterrupt, { once: true });
    const timers = this.startTimers();
    try {
      await bus.open({
        commit: (messages) => {
          this.refusals.passing(() => this.ledger.commit(messages));
          this.crew.heard(messages);
        },
        worker: (change) => this.refusals.guarded(() => this.crew.workerChanged(change)),
        claimed: (ref, worker) => this.crew.holds(worker, ref),
        connection: (state) => this.crew.connection(state),
      });
      this.takeUpUnfinished();
      for (const trial of this.history.trials) this.checkTarget(trial.number);
      if (interrupt.aborted) onInterrupt();
      await this.slots.feed(
        () => this.supply.search(),
        () => this.supply.searching,
      );
      await this.slots.idle();
      await this.slots.feed(
        () => this.supply.repeat(),
        () => this.supply.repeating,
      );
      await this.slots.idle();
    } catch (error) {
      if (interrupt.aborted) onInterrupt();
      if (this.ending === null) throw error; // else what it waited for is wanted no more
    } finally {
      interrupt.removeEventListener("abort", onInterrupt);
      for (const stop of timers) stop();
    }
    return this.finish();
  }

  /** Ends at once without waiting for anybody; the study can be resumed. */
  abandon(ending: Ending): void {
    this.end(ending);
    for (const trial of this.open.all()) this.open.close(trial);
  }

  private startTimers(): readonly (() => void)[] {
    const { clock, plan } = this.deps;
    const poll = clock.every(pollMs, () => this.poll());
    const { wallTimeMs } = plan.budget;
    if (wallTimeMs === undefined) return [poll];
    const reason = "wall-time budget exhausted";
    return [poll, clock.after(wallTimeMs, () => this.end({ state: "complete", reason }))];
  }

  /** Open trials of a coordinator that ended: adopt what still runs elsewhere, offer the rest anew. */
  private takeUpUnfinished(): void {
    for (const trial of this.open.all()) {
      this.slots.occupy(() => this.supply.released(trial));
      const attempt = this.unfinished.get(trial.number);
      if (attempt === undefined) this.attempts.offerNext(trial);
      else if (attempt.state === "offered") this.attempts.offer(trial);
      else if (this.deps.bus.survivesCoordinator) this.crew.expect(attempt.worker ?? "unknown");
      else this.ledger.settle(trial, settleLoss(trial, "the coordinator ended while it ran"));
    }
  }

  /** A worker names an attempt: one that the database does not know was handed out by its lost future. */
  private heardOf(ref: AttemptRef): void {
    if (ref.attempt > this.open.newestAttempt(ref.trial)) this.aside.heardOf(ref);
  }

  private settled(trial: OpenTrial, settlement: Settlement, next: number): void {
    const ref = this.open.ref(trial);
    this.crew.settled(ref);
    // A lost worker may come back: its order to stop must outlive the attempt.
    const { bus } = this.deps;
    this.tell(bus.settle(ref, settlement.state === "lost" ? superseded : undefined));
    if (settlement.kind !== "again") this.attempts.close(trial, settlement);
    else {
      if (settlement.failure) trial.failures += 1;
      this.attempts.advance(trial, next);
      if (this.ending !== null) this.endTrial(trial, this.ending);
    }
    this.supply.wake();
  }

  /** Throws when the verdict cannot be recorded now; another error is a fault of the rule. */
  private reported(trial: OpenTrial): void {
    try {
      this.judge(trial);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      this.fail(error);
    }
  }

  private judge(trial: OpenTrial): void {
    this.checkTarget(trial.number);
    // A repeat shows what the whole training comes to.
    if (this.repeats.has(trial.number)) return;
    // Who is to hand it back because the study is interrupted may have come to the next rung: that it waits there counts.
    if (trial.order !== null && trial.order.outcome !== "interrupted") return;
    const { budget, pruner } = this.deps.plan;
    const record = this.history.trial(trial.number);
    const verdict = pruner.judge(this.history, record);
    // What has trained its last epoch is complete: nothing is left that a verdict could spare.
    if (verdict.kind !== "continue" && record.epoch < budget.epochs) {
      const outcome = verdict.kind === "stop" ? "pruned" : "paused";
      this.attempts.order(trial, { ...verdict, outcome });
    }
    this.supply.wake();
  }

  private checkTarget(number: number): void {
    const { target } = this.deps.plan.budget;
    if (target === undefined || this.ending !== null || this.repeats.haveBegun) return;
    const wanted = toScore(target, this.history.goal);
    if (!(compareScores(this.history.trial(number).best, wanted) <= 0)) return;
    const running = this.open.get(number);
    const reason = `reached the target ${target}`;
    if (running?.order === null) this.attempts.order(running, { kind: "stop", reason, outcome: "complete" });
    this.end({ state: "complete", reason: `trial ${number} ${reason}` });
  }

  /** No new trials; running ones are stopped, or, when interrupted, handed back with their checkpoint. */
  private end(ending: Ending): void {
    if (this.ending !== null) return;
    this.ending = ending;
    this.over.abort();
    for (const trial of this.open.all()) this.endTrial(trial, ending);
    this.slots.finish();
    this.supply.wake();
  }

  private endTrial(trial: OpenTrial, ending: Ending): void {
    this.tell(this.attempts.end(trial, ending, this.ledger));
  }

  private poll(): void {
    this.refusals.guarded(() => {
      this.ledger.followUp();
      this.crew.look();
      this.obeyStopRequests();
    });
    if (this.ending === null) return;
    for (const trial of this.open.all()) this.endTrial(trial, this.ending);
  }

  private obeyStopRequests(): void {
    const { store, study } = this.deps;
    const reason = "stopped by `seqtune stop`";
    for (const request of store.stopRequests(study.id, this.lastStopRequest)) {
      const trial = request.trial === null ? undefined : this.open.get(request.trial);
      if (request.trial === null) this.end({ state: "stopped", reason });
      else if (trial !== undefined)
        this.attempts.order(trial, { kind: "stop", reason, outcome: "cancelled" });
      this.lastStopRequest = request.id; // not before the order is recorded
    }
  }

  /** Something is wrong with the search itself: going on would only repeat it. What runs is handed back. */
  private fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.end({ state: "failed", reason: `the search failed: ${message}` });
  }

  private tell(sent: Promise<unknown>): void {
    sent.catch((error: unknown) => this.attempts.notice(error));
  }

  private finish(): Ending {
    const { clock, events, store, study, plan } = this.deps;
    const searched = this.history.trials.length - this.repeats.size;
    const ending = this.ending ?? completion(plan.budget, searched, this.repeats.haveBegun);
    if (!isResumable(ending)) {
      closePaused(this.deps, this.history);
      this.tell(dismissLost(this.deps));
    }
    if (this.aside.count > 1)
      this.attempts.notice(new Error(`${this.aside.count} messages were kept aside in all`));
    store.saveWorkers(study.id, this.crew.rows());
    store.setStudyState(study.id, ending.state, ending.reason, clock.now());
    events.emit({ kind: "study_ended", ...ending, at: clock.now() });
    return ending;
  }
}
