import { StoreError } from "../../storage/errors.ts";
import type { Driver } from "../study/driver.ts";
import type { RunState } from "../study/state.ts";
import { isRepeating, isSearching, nextOfSearch, nextRepeat, type Use } from "../study/use-slot.ts";
import type { CoordinatorDeps } from "./deps.ts";
import type { Refusals } from "./refusals.ts";

/** How often an attempt to record is repeated while the disk refuses. */
export const refusedMs = 1000;

/** A suggestion that takes longer is not waited for within a transaction: meanwhile nothing is acknowledged, and no other process can record. */
const quickMs = 5;

interface SupplyDeps extends Pick<CoordinatorDeps, "plan" | "clock"> {
  readonly state: RunState;
  readonly driver: Driver;
  readonly refusals: Refusals;
  /** Fires when the study takes no new trials any more. */
  readonly over: AbortSignal;
  /** The search itself failed. */
  readonly failed: (error: unknown) => void;
}

/**
 * Keeps as many trials open as there are slots: first trials of the search, then, where wanted, repeats of the best. What to
 * run next is decided as late as possible, when a slot is free.
 */
export class Supply {
  private readonly deps: SupplyDeps;
  private slots = 0;
  /** Trials that cannot start before something is measured. Each has a slot. */
  private preparing = 0;
  /** There is nothing to run before there is news. */
  private isWaiting = false;
  private isTurnDue = false;
  private suggestionMs = 0;
  private isAbandoned = false;
  /** Ends `run`; `null` before and after. */
  private finish: (() => void) | null = null;

  constructor(deps: SupplyDeps) {
    this.deps = deps;
  }

  /** Uses slots from here on; settles when there is nothing more to run, and no trial is open. */
  async run(): Promise<void> {
    if (this.isAbandoned) return;
    await new Promise<void>((resolve) => {
      this.finish = resolve;
      this.wake();
    });
    this.finish = null;
  }

  /** No trial is waited for from here on. */
  abandon(): void {
    this.isAbandoned = true;
    this.finish?.();
  }

  /** Follows the workers that come and go; without any, nothing starts. */
  resize(slots: number): void {
    if (slots === this.slots) return;
    this.slots = slots;
    this.wake();
  }

  /** Something happened: what to run is decided again, once what caused it is done with. */
  wake(): void {
    this.isWaiting = false;
    if (this.isTurnDue) return;
    this.isTurnDue = true;
    queueMicrotask(() => {
      this.isTurnDue = false;
      this.turn();
    });
  }

  /** Within a transaction: uses the slots that became free in it. Throws `StoreError` when that cannot be recorded now. */
  fillQuickly(): void {
    if (this.finish === null || this.suggestionMs > quickMs) return;
    this.isWaiting = false;
    this.fill();
  }

  /** Trials that could be open now; `null`: without end. */
  wanted(): number | null {
    const { plan, state } = this.deps;
    const { history, repeats, trials, searchDone, repeatsDone } = state;
    const open = trials.openCount;
    if (state.ending !== null) return open;
    if (repeats.haveBegun && !repeatsDone) return null;
    if (searchDone || this.isWaiting) return Math.max(1, open);
    const budget = plan.budget.trials;
    return budget === undefined ? null : open + Math.max(1, budget - history.trials.length);
  }

  private turn(): void {
    const { clock, driver, refusals } = this.deps;
    if (this.finish === null) return;
    try {
      driver.followUp(); // what is left to be done comes before the next decision
      if (this.fill()) refusals.passed();
    } catch (error) {
      refusals.refused(error);
      if (error instanceof StoreError) clock.after(refusedMs, () => this.wake());
      else this.deps.failed(error);
      return;
    }
    if (this.isOver()) this.finish();
  }

  /** Did anything start? Throws `StoreError` when it cannot be recorded now. */
  private fill(): boolean {
    let hasStarted = false;
    try {
      while (this.hasFreeSlot() && this.use()) hasStarted = true;
    } catch (error) {
      if (error instanceof StoreError) throw error;
      this.deps.failed(error);
    }
    return hasStarted;
  }

  private hasFreeSlot(): boolean {
    const { trials } = this.deps.state;
    return !this.isWaiting && trials.openCount + this.preparing < this.slots;
  }

  /** False: there is nothing to run now. */
  private use(): boolean {
    const { clock, driver } = this.deps;
    const next = this.next();
    if (next === null) return false;
    if (next.kind === "done") driver.note(next.note);
    else if (next.kind === "wait") this.isWaiting = true;
    else if (!this.prepares(next)) driver.send({ ...next.event, at: clock.now() });
    return true;
  }

  /** Repeats begin when the search is over and all its trials have ended. `null`: there is nothing more. */
  private next(): Use | null {
    const { clock, state } = this.deps;
    if (isSearching(state)) {
      const began = clock.monotonic();
      const use = nextOfSearch(state);
      this.suggestionMs = clock.monotonic() - began;
      return use;
    }
    const mayRepeat = state.repeats.haveBegun || state.trials.openCount === 0;
    return mayRepeat && isRepeating(state) ? nextRepeat(state) : null;
  }

  /** Must something be measured first? The same slot is used again after it. */
  private prepares({ event }: Extract<Use, { kind: "event" }>): boolean {
    const { over, plan } = this.deps;
    const preparing = event.kind === "start" ? plan.prepare?.(event.params, over) : undefined;
    if (preparing === undefined) return false;
    this.preparing += 1;
    void preparing.then(() => {
      this.preparing -= 1;
      this.wake();
    });
    return true;
  }

  private isOver(): boolean {
    const { state } = this.deps;
    if (isSearching(state) || isRepeating(state)) return false;
    return state.trials.openCount === 0 && this.preparing === 0;
  }
}
