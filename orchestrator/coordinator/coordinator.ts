import { keepAll } from "../../search/pruner.ts";
import { StoreError } from "../../storage/errors.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import { Driver } from "../study/driver.ts";
import { searchFailed } from "../study/judge.ts";
import { rebuild } from "../study/rebuild.ts";
import type { RunState } from "../study/state.ts";
import type { Effect, MachineEvent } from "../study/step.ts";
import { Crew } from "./crew.ts";
import type { CoordinatorDeps } from "./deps.ts";
import { disownImpossible } from "./disown.ts";
import { Effects } from "./effects.ts";
import { isResumable, type Ending } from "./ending.ts";
import { completion, dismissLost } from "./finish.ts";
import { deliverTogether, groupOf, recorderOf } from "./recorder.ts";
import { Refusals } from "./refusals.ts";
import { Requests } from "./requests.ts";
import { trialAttempts } from "./trial-attempts.ts";
import { refusedMs, Supply } from "./supply.ts";

const pollMs = 500;

/**
 * Drives one study: a shell of bus, clock and database around its machine (orchestrator/study/machine.ts). What workers
 * say, free slots, silence and requests become events; what an event asks for is recorded, and only then does it have
 * consequences. So `run` on a study whose coordinator died goes on where it was.
 */
export class Coordinator {
  private readonly deps: CoordinatorDeps;
  private readonly state: RunState;
  private readonly driver: Driver;
  private readonly effects: Effects;
  private readonly crew: Crew;
  private readonly refusals: Refusals;
  private readonly supply: Supply;
  private readonly requests: Requests;
  private readonly over = new AbortController();
  /** What of the records cannot be and is not counted, in a sentence. */
  private readonly disowned: string | null;
  /** `run` has ended: what comes later is for the next coordinator. */
  private isDone = false;

  constructor(deps: CoordinatorDeps) {
    const { bus, plan, store, study } = deps;
    this.deps = deps;
    this.disowned = disownImpossible(deps);
    const state = rebuild(store, study, plan, bus.survivesCoordinator);
    const record = recorderOf(store, study.id);
    const together = groupOf(store);
    const driver = new Driver(state, { record, together, act: (effect) => this.act(effect) });
    const notice = (error: unknown): void => this.notice(error);
    const refusals = new Refusals(notice);
    this.state = state;
    this.driver = driver;
    this.refusals = refusals;
    this.effects = new Effects({ ...deps, state, notice, answer: (event) => this.send(event) });
    const failed = (error: unknown): void => this.end(searchFailed(error));
    this.supply = new Supply({ ...deps, state, driver, refusals, over: this.over.signal, failed });
    this.requests = new Requests({ ...deps, driver, end: (ending) => this.end(ending) });
    const { trials } = state;
    this.crew = new Crew({
      ...deps,
      attempts: trialAttempts(trials, driver, deps.clock),
      remote: bus.survivesCoordinator,
      wanted: () => this.supply.wanted(),
      resize: (slots) => this.supply.resize(slots),
      save: (row) => store.saveWorkers(study.id, [row]),
    });
  }

  /** Runs the study to its end. `interrupt` hands running trials back and leaves the study resumable. */
  async run(interrupt: AbortSignal): Promise<Ending> {
    const { clock, store, study, events } = this.deps;
    store.setStudyState(study.id, "running", null, clock.now());
    const resumed = this.state.history.trials.length > 0;
    events.emit({ kind: "study_started", study: study.name, resumed, at: clock.now() });
    if (this.disowned !== null) this.notice(new Error(this.disowned));
    const onInterrupt = (): void =>
      this.end({ state: "interrupted", reason: "by Ctrl-C or a signal; nothing recorded is lost" });
    interrupt.addEventListener("abort", onInterrupt, { once: true });
    const timers = this.startTimers();
    try {
      await this.openBus();
      await this.takeUp();
      if (interrupt.aborted) onInterrupt();
      await this.supply.run();
    } catch (error) {
      if (interrupt.aborted) onInterrupt();
      if (this.state.ending === null) throw error; // else what it waited for is wanted no more
    } finally {
      interrupt.removeEventListener("abort", onInterrupt);
      for (const stop of timers) stop();
    }
    return this.finish();
  }

  /** Ends at once without waiting for workers; the study can be resumed. */
  abandon(ending: Ending): void {
    this.end(ending);
    this.supply.abandon();
  }

  private startTimers(): readonly (() => void)[] {
    const { clock, plan } = this.deps;
    const poll = clock.every(pollMs, () => this.poll());
    const { wallTimeMs } = plan.budget;
    if (wallTimeMs === undefined) return [poll];
    const reason = "wall-time budget exhausted";
    return [poll, clock.after(wallTimeMs, () => this.end({ state: "complete", reason }))];
  }

  private async openBus(): Promise<void> {
    await this.deps.bus.open({
      commit: (messages) => this.commit(messages),
      worker: (change) => this.refusals.guarded(() => this.crew.workerChanged(change)),
      claimed: (ref, worker) => this.crew.holds(worker, ref),
      connection: (state) => this.crew.connection(state),
    });
  }

  private commit(messages: readonly WorkerMessage[]): void {
    const { clock, plan } = this.deps;
    const how = { judged: plan.pruner !== keepAll, remote: this.state.rules.remote };
    // What becomes free is used in the same transaction.
    const then = (): void => this.supply.fillQuickly();
    this.refusals.passing(() => deliverTogether(this.driver, messages, how, clock.now(), then));
    this.crew.heard(messages);
  }

  /** Open trials of a coordinator that ended: adopt what still runs elsewhere, offer the rest again. */
  private async takeUp(): Promise<void> {
    const { trials } = this.state;
    for (const { number } of trials.all())
      await this.insist((at) => ({ kind: "take_up", trial: number, at }));
    await this.insist((at) => ({ kind: "look_back", at }));
  }

  /** Tells the machine, again and again while the disk refuses, until the study ends. */
  private async insist(event: (at: number) => MachineEvent): Promise<void> {
    const { clock } = this.deps;
    for (;;) {
      try {
        this.refusals.passing(() => this.driver.send(event(clock.now())));
        return;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (this.state.ending !== null) return;
        await new Promise<void>((resolve) => clock.after(refusedMs, resolve));
      }
    }
  }

  /** What the machine says is to be done. */
  private act(effect: Exclude<Effect, { kind: "then" }>): void {
    switch (effect.kind) {
      case "wake":
        this.supply.wake();
        return;
      case "expect":
        this.crew.expect(effect.worker);
        return;
      case "ending":
        this.over.abort();
        this.supply.wake();
        return;
      case "settle":
        this.crew.settled(effect.ref);
        this.effects.do(effect);
        return;
      case "tell":
      case "offer":
      case "order":
      case "withdraw":
        this.effects.do(effect);
        return;
      default:
        effect satisfies never;
    }
  }

  /** Tells the machine; what the disk refuses now is said once. */
  private send(event: MachineEvent): void {
    if (!this.isDone) this.refusals.guarded(() => this.driver.send(event));
  }

  /** No new trials; running ones are stopped, or, when interrupted, handed back with their checkpoint. */
  private end(ending: Ending): void {
    this.refusals.guarded(() => this.driver.end(ending, this.deps.clock.now()));
  }

  private poll(): void {
    this.refusals.guarded(() => {
      this.driver.followUp();
      this.crew.look();
      this.requests.obey();
    });
    if (this.state.ending !== null) this.endOpenTrials();
  }

  /** Again and again until none is open: the server may be away, the disk full. */
  private endOpenTrials(): void {
    const { trials } = this.state;
    for (const trial of trials.open()) {
      const ref = trials.ref(trial);
      this.send({ kind: "end_trial", ref, withdrawn: null, at: this.deps.clock.now() });
    }
  }

  private notice(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.deps.events.emit({ kind: "notice", message, at: this.deps.clock.now() });
  }

  private finish(): Ending {
    const { clock, events, store, study, plan } = this.deps;
    const { aside, history, repeats } = this.state;
    const searched = history.trials.length - repeats.size;
    const ending = this.state.ending ?? completion(plan.budget, searched, repeats.haveBegun);
    if (!isResumable(ending)) {
      this.driver.send({ kind: "close", at: clock.now() });
      this.effects.sent(dismissLost(this.deps));
    }
    this.isDone = true;
    if (aside.count > 1) this.notice(new Error(`${aside.count} messages were kept aside in all`));
    store.saveWorkers(study.id, this.crew.rows());
    store.setStudyState(study.id, ending.state, ending.reason, clock.now());
    events.emit({ kind: "study_ended", ...ending, at: clock.now() });
    return ending;
  }
}
