import { StoreError } from "../../storage/errors.ts";
import type { Durability, Write, Written } from "../../storage/store.ts";
import { stepEnd } from "./judge.ts";
import { step } from "./machine.ts";
import type { RunState } from "./state.ts";
import { isNote, type Change, type Effect, type MachineEvent, type Note, type Step } from "./step.ts";
import { transition } from "./transition.ts";
import type { Ending } from "../coordinator/ending.ts";

/** What a machine needs of the world. */
export interface DriverPorts {
  /** Records in one transaction; throws `StoreError` when that is refused now. */
  readonly record: (writes: readonly Write[], durability: Durability) => readonly Written[];
  /** What `work` records becomes one transaction of this durability; throws `StoreError` when it is refused as a whole. */
  readonly together?: (durability: Durability, work: () => void) => void;
  /** Does what follows. Events that come of it at once are handled when their turn comes. */
  readonly act: (effect: Outward) => void;
}

/** What leaves the machine. */
type Outward = Exclude<Effect, { kind: "then" }>;

/** Something that is left to do, in order. */
type Due =
  /** Recorded in a transaction that was refused as a whole. The state goes by it already. */
  | { readonly kind: "record"; readonly writes: readonly Write[]; readonly durability: Durability }
  | { readonly kind: "change"; readonly change: Change; readonly written: Written; readonly at: number }
  | Effect;

/**
 * Goes round: event, step, record, transition, effects. Nothing of the state changes before it is on disk, so an event
 * whose record is refused can simply come again. What follows from records may ask for records itself (a verdict); when
 * the disk refuses those, they wait, with everything behind them, and come before anything else is recorded.
 *
 * Events that come together share a transaction (`together`). Within it the state changes record by record, and nothing
 * leaves: what follows is done after the commit. A commit that is refused is left to be done again, before all else.
 */
export class Driver {
  private readonly state: RunState;
  private readonly ports: DriverPorts;
  private due: Due[] = [];
  private following = false;
  /** The transaction that is open: what was recorded in it, and what is to be done after it. */
  private group: { readonly writes: Write[]; readonly effects: Outward[] } | null = null;

  constructor(state: RunState, ports: DriverPorts) {
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

  /**
   * Events sent by `work` are recorded in one transaction. Throws `StoreError` when that is refused: the events may come
   * again, and those that were in it are known.
   */
  together(durability: Durability, work: () => void): void {
    const { together } = this.ports;
    if (together === undefined || this.following || this.group !== null) {
      work();
      return;
    }
    this.followUp();
    const group = { writes: [], effects: [] };
    this.group = group;
    try {
      together(durability, work);
      this.due.unshift(...group.effects);
    } catch (error) {
      this.due.unshift(...group.effects);
      if (group.writes.length > 0) this.due.unshift({ kind: "record", writes: group.writes, durability });
      throw error;
    } finally {
      this.group = null;
    }
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
      else if (next.kind === "record") this.ports.record(next.writes, next.durability);
      else if (this.group !== null) this.group.effects.push(next);
      else this.ports.act(next);
    } catch (error) {
      // The state goes by what was in a refused transaction: nothing comes before that is recorded.
      if (error instanceof StoreError || next.kind === "record") this.due.unshift(next);
      throw error;
    }
  }

  private handle({ changes, durability, effects }: Step, at: number): void {
    const writes = changes.filter((change): change is Write => !isNote(change));
    const written = writes.length === 0 ? [] : this.ports.record(writes, durability);
    this.group?.writes.push(...writes);
    let index = 0;
    const applied = changes.map((change): Due => {
      const result = isNote(change) ? "recorded" : written[index++]!;
      return { kind: "change", change, written: result, at };
    });
    this.due.unshift(...applied, ...effects);
  }
}
