import type { AttemptRef } from "../../worker/protocol/ids.ts";
import type { Assignment } from "../../worker/protocol/assignment.ts";
import { refKey } from "../../worker/protocol/ids.ts";
import { assignmentOf } from "../study/assignment.ts";
import type { RunState } from "../study/state.ts";
import type { Effect, MachineEvent } from "../study/step.ts";
import type { CoordinatorDeps } from "./deps.ts";

export interface EffectDeps extends Pick<CoordinatorDeps, "bus" | "clock" | "plan" | "study" | "events"> {
  readonly state: RunState;
  /** What came of an effect, for the machine. Recorded again and again until the disk takes it. */
  readonly answer: (event: MachineEvent) => void;
  readonly notice: (error: unknown) => void;
}

type BusEffect = Extract<Effect, { kind: "tell" | "offer" | "order" | "withdraw" | "settle" }>;

/** Does what the machine says is to be done with the bus and sent to listeners. */
export class Effects {
  private readonly deps: EffectDeps;
  private readonly withdrawing = new Set<string>();

  constructor(deps: EffectDeps) {
    this.deps = deps;
  }

  do(effect: BusEffect): void {
    const { bus, events } = this.deps;
    switch (effect.kind) {
      case "tell":
        events.emit(effect.event);
        return;
      case "offer":
        this.offer(effect.ref);
        return;
      case "order":
        this.sent(bus.order(effect.ref, effect.order));
        return;
      case "settle":
        this.sent(bus.settle(effect.ref, effect.lastWord));
        return;
      case "withdraw":
        this.sent(this.withdraw(effect.ref));
        return;
      default:
        effect satisfies never;
    }
  }

  /** What the bus cannot do now it does later by itself; what it says of it is passed on. */
  sent(sending: Promise<unknown>): void {
    sending.catch(this.deps.notice);
  }

  private offer(ref: AttemptRef): void {
    const { answer, bus, clock, plan, state, study } = this.deps;
    const trial = state.trials.current(ref);
    if (trial === undefined) return;
    let assignment: Assignment;
    try {
      assignment = assignmentOf(state, trial, study, plan);
    } catch (error) {
      const reason = `bad_settings: ${error instanceof Error ? error.message : String(error)}`;
      answer({ kind: "impossible", ref, reason, at: clock.now() });
      return;
    }
    this.sent(bus.offer(assignment));
  }

  private async withdraw(ref: AttemptRef): Promise<void> {
    const { answer, bus, clock } = this.deps;
    const key = refKey(ref);
    if (this.withdrawing.has(key)) return;
    this.withdrawing.add(key);
    try {
      const withdrawn = await bus.withdraw(ref);
      answer({ kind: "end_trial", ref, withdrawn, at: clock.now() });
    } finally {
      this.withdrawing.delete(key);
    }
  }
}
