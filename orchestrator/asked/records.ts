import { othersOf } from "../../search/goals/goals.ts";
import type { OutcomeKind } from "../../search/history.ts";
import { seedFor } from "../../search/random.ts";
import type { Params } from "../../search/space.ts";
import type { Attempt, Study, StudyStore, Write } from "../../storage/store.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import { attemptLimit } from "../coordinator/plan.ts";
import { enqueuedOrigin, toldOrigin, type AskedLedger } from "./ledger.ts";
import type { Holder } from "./lease.ts";

/** A trial that was asked for, as it is recorded. */
export interface Given {
  readonly trial: number;
  readonly attempt: number;
  readonly params: Params;
  readonly seed: number;
  /** Epochs to reach, and those that are done. */
  readonly epochs: number;
  readonly fromEpoch: number;
}

/** The answer that gives a trial. */
export type Asked = { readonly kind: "trial" } & Given;

/** Whose trial it is, and which report comes next. */
export interface Claim {
  readonly trial: number;
  readonly attempt: number;
  n: number;
}

export interface RecordsDeps {
  readonly study: Study;
  readonly store: StudyStore;
  readonly clock: Clock;
  readonly ledger: AskedLedger;
  /** Epochs a trial may have. */
  readonly epochs: number;
}

/** Records what happens to the trials of an asked study, and lets its ledger know. To be called within `AskedLedger.together`. */
export class Records {
  private readonly deps: RecordsDeps;

  constructor(deps: RecordsDeps) {
    this.deps = deps;
  }

  start({ id }: Pick<Holder, "id">, number: number, params: Params, origin: string | null): Asked {
    const at = this.deps.clock.now();
    const { epochs } = this.deps;
    const seed = seedFor(this.deps.study.seed, "train", number);
    const trial = { number, params, seed, epochs, origin, at };
    const writes = [{ kind: "trial_added", trial } as const, ...this.claimed(number, 1, id, 0, epochs, at)];
    this.record(writes);
    this.deps.ledger.passed({ trials: 1 });
    this.deps.ledger.history.apply({ kind: "started", trial: number, params, epochs });
    if (origin === toldOrigin) this.deps.ledger.told += 1;
    if (origin === enqueuedOrigin) this.deps.ledger.enqueued += 1;
    return { kind: "trial", trial: number, attempt: 1, params, seed, epochs, fromEpoch: 0 };
  }

  goOn({ id }: Holder, number: number, epochs: number): Asked {
    const stored = this.deps.store.trial(this.deps.study.id, number)!;
    const at = this.deps.clock.now();
    const attempt = stored.attempts + 1;
    const { epoch: fromEpoch } = this.deps.ledger.history.trial(number);
    const continued = { kind: "trial_continued", trial: number, epochs } as const;
    this.record([continued, ...this.claimed(number, attempt, id, fromEpoch, epochs, at)]);
    this.deps.ledger.history.apply({ kind: "continued", trial: number, epochs });
    return {
      kind: "trial",
      trial: number,
      attempt,
      params: stored.params,
      seed: stored.seed,
      epochs,
      fromEpoch,
    };
  }

  takeOver(number: number, attempt: number, { id }: Holder, at: number): Asked {
    const { params, seed, epochs } = this.deps.store.trial(this.deps.study.id, number)!;
    const started = {
      kind: "attempt_started",
      trial: number,
      attempt,
      worker: id,
      engine: "asked",
      at,
    } as const;
    this.record([started]);
    const { epoch: fromEpoch } = this.deps.ledger.history.trial(number);
    return { kind: "trial", trial: number, attempt, params, seed, epochs, fromEpoch };
  }

  /** An epoch, whose value is the metric. */
  report(claim: Claim, epoch: number, metrics: Readonly<Record<string, number>>): void {
    const { clock, ledger, study } = this.deps;
    const { trial, attempt, n } = claim;
    const given = metrics[study.metric];
    const value = given !== undefined && Number.isFinite(given) ? given : null;
    const report = { trial, attempt, n, epoch, value, metrics, seconds: 0, at: clock.now() };
    this.record([{ kind: "report", report }]);
    claim.n += 1;
    ledger.passed({ reports: 1 });
    const others = ledger.goals === undefined ? undefined : othersOf(ledger.goals, metrics);
    ledger.history.apply({ kind: "reported", trial, epoch, value, others });
  }

  pause({ trial, attempt }: Claim, reason: string): void {
    const at = this.deps.clock.now();
    this.record([
      { kind: "attempt_ended", trial, attempt, state: "paused", reason, at },
      { kind: "trial_paused", trial, reason, model: null },
    ]);
    this.deps.ledger.history.apply({ kind: "paused", trial });
  }

  end(
    { trial, attempt }: Pick<Claim, "trial" | "attempt">,
    state: "complete" | "stopped" | "diverged" | "failed",
    outcome: OutcomeKind,
    reason: string | null,
  ): void {
    const at = this.deps.clock.now();
    this.record([
      { kind: "attempt_ended", trial, attempt, state, reason, at },
      { kind: "trial_ended", trial, outcome, reason, model: null, at },
    ]);
    this.deps.ledger.passed({ ended: 1 });
    this.deps.ledger.history.apply({ kind: "ended", trial, outcome });
  }

  handBack({ trial, attempt }: Claim): void {
    const reason = "its process ended in good order";
    const at = this.deps.clock.now();
    const ended = { kind: "attempt_ended", trial, attempt, state: "handed_back", reason, at } as const;
    this.record([ended, this.offer(trial, attempt + 1, at)]);
  }

  /** False: it was lost too often and has failed. */
  lose({ trial, attempt }: Attempt, at: number): boolean {
    const reason = "its process ended without a word";
    const ended = { kind: "attempt_ended", trial, attempt, state: "lost", reason, at } as const;
    if (attempt < attemptLimit) {
      this.record([ended, this.offer(trial, attempt + 1, at)]);
      return true;
    }
    const gaveUp = { kind: "trial_ended", trial, outcome: "failed", model: null, at } as const;
    const why = `gave up after ${attempt} attempts: ${reason}`;
    this.record([ended, { ...gaveUp, reason: why }]);
    this.deps.ledger.passed({ ended: 1 });
    this.deps.ledger.history.apply({ kind: "ended", trial, outcome: "failed" });
    return false;
  }

  closePaused(): void {
    for (const { number, state } of this.deps.ledger.history.trials) {
      if (state !== "paused") continue;
      const reason = "the study ended while it was paused";
      const ended = { kind: "trial_ended", trial: number, outcome: "pruned", reason, model: null } as const;
      this.record([{ ...ended, at: this.deps.clock.now() }]);
      this.deps.ledger.passed({ ended: 1 });
      this.deps.ledger.history.apply({ kind: "ended", trial: number, outcome: "pruned" });
    }
  }

  isCurrent({ trial, attempt }: Claim): boolean {
    if (this.deps.ledger.history.trial(trial).state !== "running") return false;
    return this.deps.store.trial(this.deps.study.id, trial)?.attempts === attempt;
  }

  private claimed(
    trial: number,
    attempt: number,
    worker: string,
    fromEpoch: number,
    toEpoch: number,
    at: number,
  ): Write[] {
    return [
      { kind: "attempt_offered", trial, attempt, fromEpoch, toEpoch, at },
      { kind: "attempt_started", trial, attempt, worker, engine: "asked", at },
    ];
  }

  private offer(trial: number, attempt: number, at: number): Write {
    const { epoch, epochs } = this.deps.ledger.history.trial(trial);
    return { kind: "attempt_offered", trial, attempt, fromEpoch: epoch, toEpoch: epochs, at };
  }

  private record(writes: readonly Write[]): void {
    this.deps.store.record(this.deps.study.id, writes, "process");
  }
}
