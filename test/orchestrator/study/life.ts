import { expect } from "vitest";
import type { StudyPlan } from "../../../orchestrator/coordinator/plan.ts";
import { deliverTogether, groupOf, recorderOf } from "../../../orchestrator/coordinator/recorder.ts";
import { Driver } from "../../../orchestrator/study/driver.ts";
import type { LiveTrial } from "../../../orchestrator/study/live-trial.ts";
import { rebuild } from "../../../orchestrator/study/rebuild.ts";
import type { RunState } from "../../../orchestrator/study/state.ts";
import { nextOfSearch, nextRepeat } from "../../../orchestrator/study/use-slot.ts";
import type { Verdict } from "../../../search/pruner.ts";
import { rngFor } from "../../../search/random.ts";
import type { Suggestion } from "../../../search/sampler.ts";
import { StoreError } from "../../../storage/errors.ts";
import type { Study, StudyStore, Write, Written } from "../../../storage/store.ts";
import type { AttemptEnd, WorkerMessage } from "../../../worker/protocol/messages.ts";
import type { Action } from "./life-actions.ts";
import { newStudy } from "../../support/study-writes.ts";

export const epochs = 6;
const engine = { engine: "none", backend: "none", version: "0", device: "none" };

let studies = 0;

export const plan: StudyPlan = {
  seed: 1,
  budget: { epochs, target: -1e9 },
  sampler: { name: "scripted", suggest: (history, trial) => suggestion(history.trials, trial) },
  pruner: { name: "scripted", judge: (_, trial) => verdict(trial.number, trial.epoch, trial.best) },
  repeats: { top: 2, seeds: 2 },
  bounds: new Map([["val_mse", { min: -1e12, max: 1e12 }]]),
  data: { sha256: "a".repeat(64), bytes: 1 },
  checkpointSeconds: null,
  settingsFor: () => expect.fail("no assignment is made here"),
};

/** Every third use of a slot goes to a trial that waits, where there is one. */
function suggestion(
  trials: readonly { readonly number: number; readonly state: string }[],
  next: number,
): Suggestion {
  const waiting = trials.find(({ state }) => state === "paused");
  if (next % 3 === 2 && waiting !== undefined)
    return { kind: "continue", trial: waiting.number, toEpoch: epochs };
  return { kind: "new", params: { x: next } };
}

function verdict(trial: number, epoch: number, best: number): Verdict {
  const luck = rngFor(5, trial, epoch, String(best)).next();
  if (luck < 0.1) return { kind: "stop", reason: "weak" };
  return luck < 0.2 ? { kind: "pause", reason: "rung" } : { kind: "continue" };
}

/** A study with workers that do whatever comes up. */
export class Life {
  state: RunState;
  /** Records that the disk refuses from now on. */
  refusals = 0;
  private readonly store: StudyStore;
  private readonly study: Study;
  private driver: Driver;
  private readonly said: WorkerMessage[] = [];
  /** What could not be recorded, and comes again before anything else. */
  private waiting: readonly WorkerMessage[] = [];
  private readonly numbers = new Map<string, { n: number; epoch: number }>();
  private at = 1;

  constructor(store: StudyStore) {
    this.store = store;
    const name = `life-${studies++}`;
    this.study = store.createStudy({ ...newStudy(), name, key: name, metric: "val_mse", goal: "minimize" });
    this.state = this.rebuilt();
    this.driver = this.driverOf(this.state);
  }

  rebuilt(): RunState {
    return rebuild(this.store, this.study, plan, true);
  }

  /** Another coordinator takes the study up. */
  resume(): void {
    this.state = this.rebuilt();
    this.driver = this.driverOf(this.state);
    for (const { number, rest } of this.state.trials.all())
      if (rest === null) this.driver.send({ kind: "take_up", trial: number, at: this.at });
  }

  /** Everything that was recorded is applied. */
  settle(): void {
    this.refusals = 0;
    this.driver.followUp();
  }

  do(action: Action): void {
    this.at += 1;
    try {
      this.attempt(action);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  private attempt({ kind, pick, value }: Action): void {
    const { at, driver, state } = this;
    const open = state.trials.open();
    const trial = open[pick % Math.max(1, open.length)];
    switch (kind) {
      case "slot": {
        const use = (state.history.trials.length > 8 && pick % 5 === 0 ? nextRepeat : nextOfSearch)(state);
        if (use.kind === "event") driver.send({ ...use.event, at });
        return;
      }
      case "message":
        if (trial !== undefined) this.deliver([this.news(trial, pick, value)]);
        return;
      case "batch":
        this.deliver(
          open.flatMap((one) => [this.news(one, pick, value), this.news(one, pick + 1, 1 - value)]),
        );
        return;
      case "again":
        this.deliver(this.said.slice(-1 - (pick % 7)));
        return;
      case "claimed":
        if (trial !== undefined)
          driver.note({ kind: "claimed", ref: state.trials.ref(trial), worker: workerOf(trial) });
        return;
      case "deserted":
        if (trial === undefined) return;
        driver.send({
          kind: "deserted",
          ref: state.trials.ref(trial),
          died: pick % 2 === 0,
          reason: "gone",
          at,
        });
        return;
      case "stop":
        driver.send({ kind: "stop_trial", trial: pick % 12, reason: "asked for", at });
        return;
      case "invalid":
        driver.send({ kind: "invalidate", trial: pick % 12, reason: "wrong file", at });
        return;
      case "enqueue":
        driver.send({ kind: "enqueue", wish: { params: { x: -1 - pick }, request: 1 + (pick % 40) }, at });
        return;
      case "foreign":
        this.deliver([{ kind: "started", ref: this.foreign(pick), n: 0, worker: "w9", engine }]);
        return;
      case "refuse":
        this.refusals = pick % 4;
        return;
      case "interrupt":
        this.interrupt(pick);
        return;
      case "crash":
        this.resume();
        return;
      default:
        kind satisfies never;
    }
  }

  private interrupt(pick: number): void {
    const { at, driver, state } = this;
    driver.end({ state: "interrupted", reason: "Ctrl-C" }, at);
    for (const one of state.trials.open()) {
      const withdrawn = one.worker === null && pick % 3 === 0;
      driver.send({ kind: "end_trial", ref: state.trials.ref(one), withdrawn, at });
    }
    if (pick % 2 === 0) this.deliver(state.trials.open().map((one) => this.end(one, pick)));
    this.resume();
  }

  private foreign(pick: number): WorkerMessage["ref"] {
    const trial = pick % 10;
    return { study: this.study.key, trial, attempt: this.state.trials.newestAttempt(trial) + 1 + (pick % 2) };
  }

  private deliver(messages: readonly WorkerMessage[]): void {
    this.said.push(...messages);
    this.waiting = [...this.waiting, ...messages];
    deliverTogether(this.driver, this.waiting, { judged: true, remote: true }, this.at);
    this.waiting = [];
  }

  private news(trial: LiveTrial, pick: number, value: number): WorkerMessage {
    const ref = this.state.trials.ref(trial);
    const worker = workerOf(trial);
    const own = this.numberOf(trial);
    if (own.n === 0) return { kind: "started", ref, n: own.n++, worker, engine };
    if (pick % 5 === 0) return this.end(trial, pick);
    if (pick % 5 === 1 && own.epoch > 0)
      return { kind: "checkpoint", ref, n: own.n++, worker, epoch: own.epoch, checkpoint: blob(own.epoch) };
    own.epoch = Math.min(epochs, own.epoch + 1);
    const metrics = { val_mse: pick % 11 === 0 ? ("NaN" as const) : value };
    return { kind: "report", ref, n: own.n++, worker, epoch: own.epoch, metrics, seconds: 1 };
  }

  private end(trial: LiveTrial, pick: number): WorkerMessage {
    const own = this.numberOf(trial);
    const { epoch } = own;
    const checkpoint = epoch > 0 ? { checkpoint: blob(epoch) } : {};
    const ends: readonly AttemptEnd[] = [
      { kind: "complete" },
      { kind: "paused", epoch, ...checkpoint },
      { kind: "handed_back", epoch, ...checkpoint },
      { kind: "stopped" },
      { kind: "diverged", epoch: Math.max(1, epoch), step: 0, reason: "exploded" },
      { kind: "failed", failure: "error", message: "out of luck" },
    ];
    const ref = this.state.trials.ref(trial);
    return { kind: "ended", ref, n: own.n++, worker: workerOf(trial), end: ends[pick % ends.length]! };
  }

  private numberOf(trial: LiveTrial): { n: number; epoch: number } {
    const key = `${trial.number}.${trial.attempt}`;
    const own = this.numbers.get(key) ?? { n: 0, epoch: trial.checkpoint?.epoch ?? 0 };
    this.numbers.set(key, own);
    return own;
  }

  private driverOf(state: RunState): Driver {
    const record = recorderOf(this.store, this.study.id);
    const together = groupOf(this.store);
    const refuse = (): void => {
      if (this.refusals-- > 0) throw new StoreError("disk", "study.db", "the disk is full");
    };
    return new Driver(state, {
      record: (writes: readonly Write[]): readonly Written[] => {
        refuse();
        return record(writes, "process");
      },
      together: (_, work) => {
        together("process", () => {
          work();
          refuse(); // as a commit
        });
      },
      act: () => {},
    });
  }
}

const workerOf = ({ number, attempt }: LiveTrial): string => `w${(number + attempt) % 3}`;
const blob = (epoch: number): { sha256: string; bytes: number } => {
  return { sha256: String(epoch).padStart(64, "0"), bytes: epoch };
};
