import type { Goals } from "../../search/goals/goals.ts";
import { History } from "../../search/history.ts";
import type { Goal } from "../../search/scores.ts";
import type { Params } from "../../search/space.ts";
import type { AttemptRef } from "../../worker/protocol/ids.ts";
import type { AttemptEnd, Order, WorkerMessage } from "../../worker/protocol/messages.ts";
import { toWire } from "../../worker/protocol/numbers.ts";
import type { StudyEvent } from "../events.ts";
import type { Search } from "../run/search-of.ts";
import { stopOf } from "../study/assignment.ts";
import { Driver } from "../study/driver.ts";
import { newState, type RunState } from "../study/state.ts";
import type { Effect } from "../study/step.ts";
import { isSearching, nextOfSearch } from "../study/use-slot.ts";

/** What one epoch of a trial brings. */
export interface VirtualEpoch {
  /** Of the ranking metric; `null`: not finite. */
  readonly value: number | null;
  /** The metrics beside it, of a study with several goals or constraints. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  readonly seconds: number;
  /** The worker ends the trial by itself after it. */
  readonly end?: "complete" | "diverged" | undefined;
}

export interface VirtualSetup {
  readonly search: Search;
  readonly seed: number;
  readonly goal: Goal;
  /** Several metrics, or constraints; absent: the value of an epoch is all. */
  readonly goals?: Goals | undefined;
  /** Epochs of a complete trial. */
  readonly epochs: number;
  /** New trials in all; absent: as many as the sampler has. */
  readonly trials?: number | undefined;
  readonly workers: number;
  readonly train: (params: Params, epoch: number, trial: number) => VirtualEpoch;
  /** Hears what listeners of a study hear. */
  readonly tell?: (event: StudyEvent) => void;
  /** Kept up to date instead of one of its own. */
  readonly history?: History;
}

/** A worker in the middle of an epoch that ends at `at`. */
interface Busy {
  readonly ref: AttemptRef;
  /** Number of its next message. */
  n: number;
  /** The epochs after which its worker stops by itself, and whether that is a pause. */
  readonly stop: { readonly epochs: number; readonly pauses?: true | undefined };
  epoch: VirtualEpoch;
  at: number;
  order: Order | null;
}

/**
 * A study whose machine (orchestrator/study/machine.ts) is the one of real studies, with workers that train nothing, on a
 * clock of its own: each takes the seconds of an epoch, and everything is decided in the order in which epochs end.
 * What takes no time here: suggestions, verdicts, orders, checkpoints, the start of a trial. test/integration/simulate-parity.test.ts
 * holds it to a real coordinator, bus and workers.
 */
export class VirtualStudy {
  /** Epochs of all trials together. */
  epochs = 0;
  /** Seconds. */
  now = 0;
  private readonly setup: VirtualSetup;
  private readonly state: RunState;
  private readonly driver: Driver;
  private readonly busy = new Map<number, Busy>();
  private readonly metric: string;

  constructor(setup: VirtualSetup) {
    const { search, seed, goal, goals, epochs, trials, history = new History(goal) } = setup;
    this.setup = setup;
    this.metric = goals?.metrics[0]!.name ?? "value";
    const plan = { ...search, seed, goals, budget: { trials, epochs }, endsEarly: () => ({ reason: null }) };
    const study = { key: "virtual", metric: this.metric, goal, data: { file: "" } };
    this.state = newState({ study, plan, remote: false }, history);
    this.driver = new Driver(this.state, {
      record: (writes) => writes.map(() => "recorded"),
      act: (effect) => this.act(effect),
    });
  }

  get history(): History {
    return this.state.history;
  }

  /** Goes on to the end of the next epoch that ends; false: none will, or not before `limit` seconds. */
  advance(limit = Infinity): boolean {
    this.useSlots();
    const next = this.nextBusy();
    if (next === undefined || next.at > limit) return false;
    this.now = next.at;
    this.finishEpoch(next);
    return true;
  }

  private useSlots(): void {
    while (isSearching(this.state) && this.busy.size < this.setup.workers && this.useSlot());
  }

  /** Did a trial start or go on? */
  private useSlot(): boolean {
    const use = nextOfSearch(this.state);
    if (use.kind === "event") this.driver.send({ ...use.event, at: this.now });
    if (use.kind === "done") this.driver.note(use.note);
    return use.kind === "event";
  }

  private act(effect: Exclude<Effect, { kind: "then" }>): void {
    if (effect.kind === "tell") this.setup.tell?.(effect.event);
    if (effect.kind === "offer") this.begin(effect.ref);
    const running = effect.kind === "order" ? this.busy.get(effect.ref.trial) : undefined;
    if (running !== undefined && effect.kind === "order") running.order = effect.order;
  }

  private begin(ref: AttemptRef): void {
    const stop = stopOf(this.state, this.state.trials.get(ref.trial)!);
    const epoch = this.train(ref.trial);
    this.busy.set(ref.trial, { ref, n: 1, stop, epoch, at: this.now + epoch.seconds, order: null });
  }

  private train(trial: number): VirtualEpoch {
    const { params, epoch } = this.history.trial(trial);
    return this.setup.train(params, epoch + 1, trial);
  }

  /** The one whose epoch ends next; of equals, the earlier trial. */
  private nextBusy(): Busy | undefined {
    let next: Busy | undefined;
    for (const one of this.busy.values()) {
      if (next === undefined || one.at < next.at || (one.at === next.at && one.ref.trial < next.ref.trial))
        next = one;
    }
    return next;
  }

  private finishEpoch(one: Busy): void {
    const { value, metrics = {}, seconds, end } = one.epoch;
    const epoch = this.history.trial(one.ref.trial).epoch + 1;
    this.epochs += 1;
    const others = Object.entries(metrics).map(([name, other]) => [name, toWire(other)] as const);
    const own = [this.metric, toWire(value ?? Number.NaN)] as const;
    this.say(one, { kind: "report", epoch, metrics: Object.fromEntries([...others, own]), seconds });
    const ended = endOf(one, epoch, end);
    if (ended === null) {
      one.epoch = this.train(one.ref.trial);
      one.at = this.now + one.epoch.seconds;
      return;
    }
    // A worker sends its last report, then stores its files, then says that it has ended: those that wait decide in between.
    if (ended.kind !== "diverged") this.useSlots();
    this.busy.delete(one.ref.trial);
    this.say(one, { kind: "ended", end: ended });
  }

  private say(one: Busy, body: Body): void {
    const message = { ...body, ref: one.ref, n: one.n++, worker: "virtual" };
    this.driver.send({ kind: "messages", messages: [message], at: this.now });
  }
}

type Body = WorkerMessage extends infer M
  ? M extends WorkerMessage
    ? Omit<M, "ref" | "n" | "worker">
    : never
  : never;

/** How the attempt ends after this epoch, as its worker puts it; `null`: it goes on. */
function endOf({ order, stop }: Busy, epoch: number, end: VirtualEpoch["end"]): AttemptEnd | null {
  if (end === "diverged") return { kind: "diverged", epoch, step: 0, reason: "not finite" };
  if (end === "complete") return { kind: "complete" };
  if (order?.kind === "stop") return { kind: "stopped" };
  if (epoch >= stop.epochs && stop.pauses !== true) return { kind: "complete" };
  if (order !== null || epoch >= stop.epochs) return { kind: "paused", epoch };
  return null;
}
