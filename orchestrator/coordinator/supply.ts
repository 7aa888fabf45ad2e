import { StoreError } from "../../storage/errors.ts";
import type { Driver } from "../study/driver.ts";
import type { RunState } from "../study/state.ts";
import { isRepeating, isSearching, nextOfSearch, nextRepeat, type Use } from "../study/use-slot.ts";
import type { CoordinatorDeps } from "./deps.ts";
import type { Refusals } from "./refusals.ts";
import type { Slots } from "./slots.ts";

/** How often an attempt to record is repeated while the disk refuses. */
export const refusedMs = 1000;

interface SupplyDeps extends Pick<CoordinatorDeps, "plan" | "clock"> {
  readonly state: RunState;
  readonly driver: Driver;
  readonly slots: Slots;
  readonly refusals: Refusals;
  /** Fires when the study takes no new trials any more. */
  readonly over: AbortSignal;
}

/** What a free slot is used for: first the trials of the search, then, where wanted, repeats of the best. */
export class Supply {
  private readonly deps: SupplyDeps;
  private sleepers: (() => void)[] = [];

  constructor(deps: SupplyDeps) {
    this.deps = deps;
  }

  /** The sampler may have more. */
  get searching(): boolean {
    return isSearching(this.deps.state);
  }

  /** Repeats may be left to do; asked when the search is over. */
  get repeating(): boolean {
    return isRepeating(this.deps.state);
  }

  /** One use of a slot: a new trial, or a paused one that goes on, until it gives the slot back. */
  async search(): Promise<void> {
    while (this.searching && !(await this.use(nextOfSearch)));
  }

  /** One use of a slot after the search: one of the best trials once more, with another seed. */
  async repeat(): Promise<void> {
    while (this.repeating && !(await this.use(nextRepeat)));
  }

  /** Settles when the trial frees its slot. */
  async released(trial: number): Promise<void> {
    if (this.deps.state.trials.isOpen(trial)) await this.deps.slots.hold(trial);
  }

  /** Something happened: those that wait for news decide again. */
  wake(): void {
    const { sleepers } = this;
    this.sleepers = [];
    for (const wake of sleepers) wake();
  }

  /** Trials that could be open now; `null`: without end. */
  wanted(): number | null {
    const { plan, state } = this.deps;
    const { history, repeats, trials, searchDone, repeatsDone } = state;
    const open = trials.openCount;
    if (state.ending !== null) return open;
    if (repeats.haveBegun && !repeatsDone) return null;
    if (searchDone || this.sleepers.length > 0) return Math.max(1, open);
    const budget = plan.budget.trials;
    return budget === undefined ? null : open + Math.max(1, budget - history.trials.length);
  }

  /** True when the slot was used. */
  private async use(next: (state: RunState) => Use): Promise<boolean> {
    const { driver, over, plan, refusals, state } = this.deps;
    refusals.guarded(() => driver.followUp()); // what is left to be learned comes before the next decision
    const use = next(state);
    if (use.kind === "done") {
      driver.note(use.note);
      return false;
    }
    if (use.kind === "wait") {
      await new Promise<void>((resolve) => this.sleepers.push(resolve));
      return false;
    }
    const preparing = use.event.kind === "start" ? plan.prepare?.(use.event.params, over) : undefined;
    if (preparing !== undefined) {
      await preparing;
      return false;
    }
    return await this.occupied(use.event);
  }

  /** Starts a trial and waits until it frees its slot. False: it could not be recorded; decide again. */
  private async occupied(event: Extract<Use, { kind: "event" }>["event"]): Promise<boolean> {
    const { clock, driver, refusals, state } = this.deps;
    const trial = event.kind === "continue" ? event.trial : state.history.trials.length;
    try {
      refusals.passing(() => driver.send({ ...event, at: clock.now() }));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      await new Promise<void>((resolve) => clock.after(refusedMs, resolve));
      return false;
    }
    await this.released(trial);
    return true;
  }
}
