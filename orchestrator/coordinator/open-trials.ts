import type { OutcomeKind } from "../../search/history.ts";
import type { Params } from "../../search/space.ts";
import type { BlobPointer } from "../../storage/store.ts";
import type { NewestReport } from "../study/admission.ts";
import type { AttemptRef } from "../../worker/protocol/ids.ts";

/** Why a running attempt was told to end, and what that makes of its trial. */
export interface StandingOrder {
  readonly kind: "stop" | "pause";
  readonly reason: string;
  /** For a stop: the trial's outcome. For a pause: does a sampler hold it, or is the study interrupted? */
  readonly outcome: Extract<OutcomeKind, "pruned" | "cancelled" | "complete"> | "paused" | "interrupted";
}

/** A trial that is offered or running, with the attempt that counts now. */
export interface OpenTrial {
  readonly number: number;
  readonly params: Params;
  readonly seed: number;
  epochs: number;
  attempt: number;
  /** Attempts that ended by a pause, as they should. */
  readonly pauses?: number;
  /** Attempts that failed by the trial's own doing or with their worker process. */
  failures: number;
  worker: string | null;
  checkpoint: BlobPointer | null;
  order: StandingOrder | null;
  /** When its attempt was recorded as started, for one of an earlier coordinator. */
  startedAt?: number | undefined;
  /** The newest report of its attempt since this process took it up. */
  newestReport?: NewestReport | undefined;
  /** Frees the slot: the trial ended, was paused, or was handed back. */
  release: () => void;
}

/** The open trials of one study by number. */
export class OpenTrials {
  private readonly study: string;
  private readonly byNumber = new Map<number, OpenTrial>();
  /** Of trials that are not open. */
  private readonly lastAttempts: number[] = [];

  constructor(study: string) {
    this.study = study;
  }

  /** Newest attempt of a trial, open or not; 0: there is no such trial. */
  newestAttempt(number: number): number {
    return this.byNumber.get(number)?.attempt ?? this.lastAttempts[number] ?? 0;
  }

  /** A trial that is not open had so many attempts. */
  addClosed(number: number, attempts: number): void {
    this.lastAttempts[number] = attempts;
  }

  get size(): number {
    return this.byNumber.size;
  }

  all(): readonly OpenTrial[] {
    return [...this.byNumber.values()];
  }

  add(trial: OpenTrial): void {
    this.byNumber.set(trial.number, trial);
  }

  get(number: number): OpenTrial | undefined {
    return this.byNumber.get(number);
  }

  /** The trial, if `ref` is the attempt that counts. */
  current(ref: AttemptRef): OpenTrial | undefined {
    const trial = this.byNumber.get(ref.trial);
    return ref.study === this.study && trial?.attempt === ref.attempt ? trial : undefined;
  }

  /** Forgets the trial and frees its slot. */
  close(trial: OpenTrial): void {
    this.byNumber.delete(trial.number);
    this.lastAttempts[trial.number] = trial.attempt;
    trial.release();
  }

  ref(trial: OpenTrial): AttemptRef {
    return { study: this.study, trial: trial.number, attempt: trial.attempt };
  }
}
