import type { AttemptRef } from "../../worker/protocol/ids.ts";
import type { LiveTrial } from "./live-trial.ts";

/** The trials of one study that have not ended, and how many attempts the others had. Only `transition` changes it. */
export class Trials {
  private readonly study: string;
  private readonly live = new Map<number, LiveTrial>();
  /** Those of `live` with an attempt that is offered or running: few, beside the paused ones of a long study. */
  private readonly opened = new Map<number, LiveTrial>();
  /** Of trials that ended. */
  private readonly lastAttempts: number[] = [];

  constructor(study: string) {
    this.study = study;
  }

  /** Trials with an attempt that is offered or running. */
  get openCount(): number {
    return this.opened.size;
  }

  open(): readonly LiveTrial[] {
    return [...this.opened.values()];
  }

  isOpen(number: number): boolean {
    return this.opened.has(number);
  }

  all(): readonly LiveTrial[] {
    return [...this.live.values()];
  }

  get(number: number): LiveTrial | undefined {
    return this.live.get(number);
  }

  /** The trial, if `ref` is its newest attempt and has not ended. */
  current(ref: AttemptRef): LiveTrial | undefined {
    const trial = this.opened.get(ref.trial);
    return ref.study === this.study && trial?.attempt === ref.attempt ? trial : undefined;
  }

  /** Newest attempt of a trial, ended or not; 0: there is no such trial. */
  newestAttempt(number: number): number {
    return this.live.get(number)?.attempt ?? this.lastAttempts[number] ?? 0;
  }

  ref({ number, attempt }: Pick<LiveTrial, "number" | "attempt">): AttemptRef {
    return { study: this.study, trial: number, attempt };
  }

  add(trial: LiveTrial): void {
    this.live.set(trial.number, trial);
    this.update(trial);
  }

  /** To be called when the state of the trial's attempt changed. */
  update(trial: LiveTrial): void {
    if (trial.attempt > 0 && trial.attemptState !== "ended") this.opened.set(trial.number, trial);
    else this.opened.delete(trial.number);
  }

  /** The trial ended with this many attempts. */
  end(number: number, attempts: number): void {
    this.live.delete(number);
    this.opened.delete(number);
    this.lastAttempts[number] = attempts;
  }
}
