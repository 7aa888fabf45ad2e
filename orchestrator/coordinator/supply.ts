import type { History } from "../../search/history.ts";
import { rngFor } from "../../search/random.ts";
import { repeatWrite } from "../repeats/recorded.ts";
import { StoreError } from "../../storage/errors.ts";
import type { Repeats } from "../repeats/repeats.ts";
import type { Attempts } from "./attempts.ts";
import type { CoordinatorDeps } from "./deps.ts";
import type { OpenTrial, OpenTrials } from "./open-trials.ts";
import type { Refusals } from "./refusals.ts";

/** How often an attempt to record is repeated while the disk refuses. */
const refusedMs = 1000;

interface SupplyDeps extends Pick<CoordinatorDeps, "plan" | "clock"> {
  readonly history: History;
  readonly open: OpenTrials;
  readonly attempts: Attempts;
  readonly repeats: Repeats;
  readonly refusals: Refusals;
  /** Fires when the study takes no new trials any more. */
  readonly over: AbortSignal;
}

/** What a free slot is used for: first the trials of the search, then, where wanted, repeats of the best. */
export class Supply {
  private readonly deps: SupplyDeps;
  private searchDone: boolean;
  private repeatsDone = false;
  private sleepers: (() => void)[] = [];

  constructor(deps: SupplyDeps) {
    this.deps = deps;
    this.searchDone = deps.repeats.haveBegun;
  }

  /** The sampler may have more. */
  get searching(): boolean {
    return !this.deps.over.aborted && !this.searchDone;
  }

  /** Repeats may be left to do; asked when the search is over. */
  get repeating(): boolean {
    return !this.deps.over.aborted && !this.repeatsDone;
  }

  /** One use of a slot: a new trial, or a paused one that goes on, until it gives the slot back. */
  async search(): Promise<void> {
    const { attempts, history, over, plan } = this.deps;
    while (this.searching) {
      const number = history.trials.length;
      const next = plan.sampler.suggest(history, number, rngFor(plan.seed, "trial", number));
      switch (next.kind) {
        case "new": {
          const full = plan.budget.trials !== undefined && number >= plan.budget.trials;
          const preparing = full ? undefined : plan.prepare?.(next.params, over);
          if (full) this.searchDone = true;
          else if (preparing !== undefined) await preparing;
          else if (await this.occupied(() => attempts.start(number, next.params, next.origin ?? null)))
            return;
          break;
        }
        case "continue":
          if (await this.occupied(() => attempts.continue(next.trial, next.toEpoch))) return;
          break;
        case "wait":
          await this.news();
          break;
        case "exhausted":
          this.searchDone = true;
          break;
        default:
          next satisfies never;
      }
    }
  }

  /** One use of a slot after the search: one of the best trials once more, with another seed. */
  async repeat(): Promise<void> {
    const { history, repeats } = this.deps;
    while (this.repeating) {
      const next = repeats.next(history);
      switch (next.kind) {
        case "start":
          if (await this.occupied(() => this.startRepeat(next.of, next.seed))) return;
          break;
        case "wait":
          await this.news();
          break;
        case "done":
          this.repeatsDone = true;
          break;
        default:
          next satisfies never;
      }
    }
  }

  /** Settles when the trial frees its slot. */
  async released(trial: OpenTrial): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.deps.open.get(trial.number) === trial) trial.release = resolve;
      else resolve();
    });
  }

  /** Something happened: whoever waits for news decides anew. */
  wake(): void {
    const { sleepers } = this;
    this.sleepers = [];
    for (const wake of sleepers) wake();
  }

  /** Trials that could be open now; `null`: without end. */
  wanted(): number | null {
    const { history, over, plan, repeats } = this.deps;
    const { trials } = plan.budget;
    const open = this.deps.open.size;
    if (over.aborted) return open;
    if (repeats.haveBegun && !this.repeatsDone) return null;
    if (this.searchDone || this.sleepers.length > 0) return Math.max(1, open);
    return trials === undefined ? null : open + Math.max(1, trials - history.trials.length);
  }

  private async news(): Promise<void> {
    await new Promise<void>((resolve) => this.sleepers.push(resolve));
  }

  private startRepeat(of: number, seed: number): OpenTrial {
    const { attempts, clock, history, repeats } = this.deps;
    const number = history.trials.length;
    const repeat = { trial: number, of, seed };
    const origin = `repeat of ${of} (seed ${seed})`;
    const also = [repeatWrite(repeat, clock.now())];
    return attempts.start(number, history.trial(of).params, origin, also, () => repeats.begin(repeat));
  }

  /** Starts a trial and waits until it frees its slot. False: it could not be recorded; decide anew. */
  private async occupied(start: () => OpenTrial): Promise<boolean> {
    let trial: OpenTrial;
    try {
      trial = this.deps.refusals.passing(start);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      await new Promise<void>((resolve) => this.deps.clock.after(refusedMs, resolve));
      return false;
    }
    await this.released(trial);
    return true;
  }
}
