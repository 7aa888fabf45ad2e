import { refKey, type AttemptRef } from "../../worker/protocol/ids.ts";

/** Why an attempt is to be given to another worker. */
export interface Deserted {
  readonly reason: string;
  /** Did the process die while its supervisor lived? Then the trial may have caused it. */
  readonly died: boolean;
}

interface Desertion {
  since: number;
  /** How the process that held the attempt ended; `null` when it is not known that it did. */
  readonly end: Deserted | null;
}

/** Time for what a process sent before its death to arrive, milliseconds. */
const lastWordsMs = 3_000;

/**
 * Attempts whose worker lives and does not speak of them: its process died and was started again, or a message
 * was lost for good. Their end may still be on its way, so they are given some time. `now` is monotonic.
 */
export class Desertions {
  private readonly known = new Map<string, Desertion>();
  private readonly patienceMs: number;
  private connected = true;

  constructor(patienceMs: number) {
    this.patienceMs = patienceMs;
  }

  /** The process that held the attempt ended; another one speaks for its worker now. */
  ended(ref: AttemptRef, end: Deserted, now: number): void {
    this.known.set(refKey(ref), { since: now, end });
  }

  /** Does its worker name the attempt when it is heard? Returns what follows; `null`: nothing yet. */
  look(ref: AttemptRef, isNamed: boolean, now: number): Deserted | null {
    const key = refKey(ref);
    const one = this.known.get(key);
    if (isNamed || !this.connected) {
      if (isNamed && one !== undefined) this.known.delete(key);
      return null;
    }
    if (one === undefined) {
      this.known.set(key, { since: now, end: null });
      return null;
    }
    const { since, end } = one;
    if (now - since < (end === null ? this.patienceMs : Math.min(lastWordsMs, this.patienceMs))) return null;
    this.known.delete(key);
    return end ?? { reason: "its worker does not run it any more", died: false };
  }

  /** The attempt ended. */
  forget(ref: AttemptRef): void {
    this.known.delete(refKey(ref));
  }

  /** Messages of the attempt still arrive, over a slow network or after a long absence: more may be behind them. */
  heard(ref: AttemptRef, now: number): void {
    const one = this.known.get(refKey(ref));
    if (one !== undefined) one.since = now;
  }

  /** Time does not count while no worker can be heard. */
  connection(state: "open" | "lost", now: number): void {
    this.connected = state === "open";
    for (const one of this.known.values()) one.since = now;
  }
}
