import { StoreError } from "../../storage/errors.ts";
import type { Durability, Write, Written } from "../../storage/store.ts";
import { stepEnd } from "./judge.ts";
import { step } from "./machine.ts";
import type { StudyState } from "./state.ts";
import { isNote, type Change, type Effect, type MachineEvent, type Note, type Step } from "./step.ts";
import { transition } from "./transition.ts";
import type { Ending } from "../coordinator/ending.ts";

/** What a machine needs of the world. */
export interface DriverPorts {
  /** Records in one transaction; throws `StoreError` when that is refused now. */
  readonly record: (writes: readonly Write[], durability: Durability) => readonly Written[];
  /** Does what follows. Events that come of it at once are handled when their turn comes. */
  readonly act: (effect: Exclude<Effect, { kind: "then" }>) => void;
}

/** Something that is left to do, in order. */
type Due =
  | { readonly kind: "change"; readonly change: Change; readonly written: Written; readonly at: number }
  | Effect;

/**
 * Goes round: event, step, record, transition, effects. Nothing of the state changes before it is on disk, so an event
 * whose record is refused can simply come again. What follows from records may ask for records itself (a verdict); when
 * the disk refuses those, they wait, with everything behind them, and come before anything else is recorded.
 */
export class Driver {
  private readonly state: StudyState;
  private readonly ports: DriverPorts;
  private due: Due[] = [];
  private following = false;

  constructor(state: StudyState, ports: DriverPorts) {
    this.state = state;
    this.ports = ports;
  }

  /** Throws `StoreError` when it cannot be recorded now: it may come again. */
  send(event: MachineEvent): void {
    if (this.following) {
      this.due.push({ kind: "then", event }); // one after another, never one within another
      return;
    }
    this.followUp();
    this.handle(step(this.state, event), event.at);
    this.followUp();
  }

  /** Something that is recorded nowhere, and so never refused. */
  note(note: Note): void {
    transition(this.state, note, "recorded", 0);
  }

  /** No new trials from here on, even while the disk refuses. Throws when what follows cannot be recorded now. */
  end(ending: Ending, at: number): void {
    const { changes, effects } = stepEnd(this.state, ending, at);
    for (const change of changes) transition(this.state, change, "recorded", at);
    this.due.push(...effects.filter(({ kind }) => kind === "then"));
    for (const effect of effects) if (effect.kind !== "then") this.ports.act(effect);
    if (!this.following) this.followUp();
  }

  /** Does what is left. Throws what refuses the first of it. */
  followUp(): void {
    if (this.following) return;
    this.following = true;
    try {
      for (let next = this.due.shift(); next !== undefined; next = this.due.shift()) this.follow(next);
    } finally {
      this.following = false;
    }
  }

  private follow(next: Due): void {
    try {
      if (next.kind === "change")
        this.due.unshift(...transition(this.state, next.change, next.written, next.at));
      else if (next.kind === "then") this.handle(step(this.state, next.event), next.event.at);
      else this.ports.act(next);
    } catch (error) {
      if (error instanceof StoreError) this.due.unshift(next);
      throw error;
    }
  }

  private handle({ changes, durability, effects }: Step, at: number): void {
    const writes = changes.filter((change): change is Write => !isNote(change));
    const written = writes.length === 0 ? [] : this.ports.record(writes, durability);
    let index = 0;
    const applied = changes.map((change): Due => {
      const result = isNote(change) ? "recorded" : written[index++]!;
      return { kind: "change", change, written: result, at };
    });
    this.due.unshift(...applied, ...effects);
  }
}
