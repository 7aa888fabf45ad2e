import type { History } from "../../search/history.ts";
import { isBetter, toScore } from "../../search/scores.ts";
import { StoreError } from "../../storage/errors.ts";
import type {
  BlobPointer,
  Durability,
  Report,
  Study,
  StudyStore,
  Write,
  Written,
} from "../../storage/store.ts";
import type { AttemptRef } from "../../worker/protocol/ids.ts";
import type { AttemptEnd, WorkerMessage } from "../../worker/protocol/messages.ts";
import { fromWire } from "../../worker/protocol/numbers.ts";
import type { Clock } from "../clock.ts";
import type { StudyEvents } from "../events.ts";
import { oddityOf, type Known, type NewestReport, type Oddity } from "../study/admission.ts";
import { programLogEvent } from "../study/program-log.ts";
import type { Aside } from "../study/aside.ts";
import { offersOf } from "../study/offers.ts";
import type { OpenTrial, OpenTrials } from "./open-trials.ts";
import type { EarlyEnd, StudyPlan } from "./plan.ts";
import { isPruned, settleDeath, settleEnd, type Settlement } from "./settle.ts";

export interface LedgerDeps {
  readonly study: Pick<Study, "id" | "key" | "metric" | "data">;
  readonly store: StudyStore;
  readonly plan: Pick<StudyPlan, "budget" | "bounds" | "endsEarly">;
  readonly history: History;
  readonly open: OpenTrials;
  readonly aside: Aside;
  readonly events: StudyEvents;
  readonly clock: Clock;
  /** Does committing let a worker on another machine forget the message? Then it must survive a power cut. */
  readonly remote: boolean;
  /** May a verdict on a trial's last reports change what its end means? Then they are recorded, and judged, before. */
  readonly judged: boolean;
  /** May the trial, by number, be the best of the study? Default: any. */
  readonly ranks?: (trial: number) => boolean;
  /** After a settlement was recorded: give the attempt's slot or its next attempt, `next`, to the world. */
  readonly onSettled: (trial: OpenTrial, settlement: Settlement, next: number) => void;
  /** An attempt ended that does not count any more. */
  readonly onStaleEnd: (ref: AttemptRef) => void;
  /** After a report was recorded. May record, and throw when that is refused: it is asked again then. */
  readonly onReport: (trial: OpenTrial) => void;
}

const noBounds: Known["bounds"] = new Map();

/** The database can take this never, rather than not now. */
class Unrecordable extends Error {
  readonly oddity: Oddity;
  constructor(cause: unknown) {
    super("the database cannot take it", { cause });
    const why = cause instanceof Error ? cause.message : String(cause);
    this.oddity = { kind: "unrecordable", words: `a message that cannot be recorded is kept aside: ${why}` };
  }
}

type Effect = (written: Written) => void;

/** The writes of one batch, and what follows from each once they are on disk. */
class Draft {
  /** Newest epoch reported in this batch, by trial. */
  readonly epochs = new Map<number, number>();
  readonly newestReports = new Map<OpenTrial, NewestReport>();
  readonly writes: Write[] = [];
  readonly effects: (Effect | null)[] = [];

  add(write: Write, effect: Effect | null = null): void {
    this.writes.push(write);
    this.effects.push(effect);
  }
}

/**
 * Turns worker messages into records, and records into consequences. One batch is one transaction, or, where trials
 * are judged, one for each part of it up to a trial's end; nothing in memory changes before it is on disk, so a failed
 * transaction can simply come again. A consequence that records something itself (a verdict) may be refused by a full
 * disk: it stays, with those behind it, and comes before anything else is recorded.
 */
export class Ledger {
  private readonly deps: LedgerDeps;
  private readonly ranks: (trial: number) => boolean;
  /** Consequences of what is on disk, in order. */
  private readonly due: (() => void)[] = [];
  private following = false;
  private best = Number.NaN;

  constructor(deps: LedgerDeps) {
    this.deps = deps;
    this.ranks = deps.ranks ?? (() => true);
    for (const trial of deps.history.trials) {
      if (this.ranks(trial.number) && isBetter(trial.best, this.best)) this.best = trial.best;
    }
  }

  /**
   * Records a batch. Throws `StoreError` when the disk refuses it now. A message that the database can never take
   * is kept aside, and those behind it go on.
   */
  commit(messages: readonly WorkerMessage[]): void {
    this.followUp();
    try {
      this.commitTogether(messages);
    } catch (error) {
      if (!(error instanceof Unrecordable)) throw error;
      const half = Math.ceil(messages.length / 2);
      if (messages.length === 1) this.keepAside(messages[0]!, error.oddity);
      else for (const part of [messages.slice(0, half), messages.slice(half)]) this.commit(part);
    }
  }

  private commitTogether(messages: readonly WorkerMessage[]): void {
    let draft = new Draft();
    const settled = new Set<string>();
    let outcome = false;
    for (const message of messages) {
      if (message.kind === "ended" && this.deps.judged) {
        this.record(draft, outcome || this.deps.remote);
        draft = new Draft();
      }
      if (!this.isFromItsWorker(message)) continue;
      const oddity = oddityOf(message, this.known(draft));
      if (oddity !== null) this.draftAside(draft, message, oddity);
      if (oddity !== null && !this.endsImpossibly(message, oddity)) {
        if (message.kind === "ended") this.deps.onStaleEnd(message.ref);
        continue;
      }
      if (message.kind === "ended") outcome = this.draftEnd(draft, message, settled) || outcome;
      else this.draftNews(draft, message);
    }
    this.record(draft, outcome || this.deps.remote);
  }

  /** An impossible last word still is the last one. */
  private endsImpossibly({ kind, ref }: WorkerMessage, oddity: Oddity): boolean {
    return kind === "ended" && oddity.kind === "impossible" && this.deps.open.current(ref) !== undefined;
  }

  private keepAside(message: WorkerMessage, oddity: Oddity): void {
    const draft = new Draft();
    this.draftAside(draft, message, oddity);
    this.record(draft, this.deps.remote);
  }

  private draftAside(draft: Draft, message: WorkerMessage, oddity: Oddity): void {
    const { aside, clock, events } = this.deps;
    const at = clock.now();
    const write = aside.draft(message, oddity, at);
    const kept = (): void => {
      const words = aside.kept(message, oddity);
      if (words !== null) events.emit({ kind: "notice", message: words, at });
    };
    if (write === null) kept();
    else draft.add(write, kept);
  }

  private known(draft: Draft): Known {
    const { open, plan, study } = this.deps;
    return {
      study: study.key,
      newestAttempt: (trial) => open.newestAttempt(trial),
      epochs: plan.budget.epochs,
      bounds: plan.bounds ?? noBounds,
      newestReport: (number, attempt) => {
        const trial = open.get(number);
        if (trial?.attempt !== attempt) return undefined;
        return draft.newestReports.get(trial) ?? trial.newestReport;
      },
    };
  }

  /** An attempt's messages count only from the worker that holds it. */
  private isFromItsWorker({ ref, worker }: WorkerMessage): boolean {
    const holder = this.deps.open.current(ref)?.worker ?? null;
    return holder === null || holder === worker;
  }

  /** Records how an attempt ended that can no longer speak for itself, with what follows. */
  settle(trial: OpenTrial, settlement: Settlement): void {
    const draft = new Draft();
    this.draftSettlement(draft, trial, settlement, null);
    this.record(draft, true);
  }

  /** As `settle`, also when the disk refuses now. */
  settleSoon(trial: OpenTrial, settlement: Settlement): void {
    this.due.unshift(() => this.settle(trial, settlement));
    this.followUp();
  }

  /** Draws the consequences that are left. Throws what refuses the first of them. */
  followUp(): void {
    if (this.following) return; // one after another, never one within another
    this.following = true;
    try {
      for (let next = this.due.shift(); next !== undefined; next = this.due.shift()) this.follow(next);
    } finally {
      this.following = false;
    }
  }

  private follow(next: () => void): void {
    try {
      next();
    } catch (error) {
      if (error instanceof StoreError) this.due.unshift(next);
      throw error;
    }
  }

  private record(draft: Draft, outcome: boolean): void {
    if (draft.writes.length === 0) return;
    this.followUp();
    const written = this.write(draft.writes, outcome ? "power" : "process");
    const effects = draft.effects.flatMap((effect, index) =>
      effect === null ? [] : [() => effect(written[index]!)],
    );
    this.due.unshift(...effects);
    this.followUp();
  }

  private write(writes: readonly Write[], durability: Durability): readonly Written[] {
    const { store, study } = this.deps;
    try {
      return store.record(study.id, writes, durability);
    } catch (error) {
      throw error instanceof StoreError ? error : new Unrecordable(error);
    }
  }

  private draftNews(draft: Draft, message: Exclude<WorkerMessage, { kind: "ended" }>): void {
    const { ref } = message;
    const at = this.deps.clock.now();
    const { trial, attempt } = ref;
    const open = this.deps.open.current(ref);
    switch (message.kind) {
      case "started": {
        if (open === undefined) return;
        const engine = `${message.engine.engine}/${message.engine.backend}`;
        const { worker } = message;
        draft.add({ kind: "attempt_started", trial, attempt, worker, engine, at }, (written) => {
          open.worker = worker;
          if (written === "recorded")
            this.deps.events.emit({ kind: "attempt_started", trial, attempt, worker, at });
        });
        return;
      }
      case "report": {
        const report = toReport(message, this.deps.study.metric, at);
        const { n, epoch } = report;
        draft.epochs.set(trial, Math.max(epoch, draft.epochs.get(trial) ?? 0));
        const newest = open && (draft.newestReports.get(open) ?? open.newestReport);
        if (open !== undefined && !(newest !== undefined && n < newest.n))
          draft.newestReports.set(open, { n, epoch });
        draft.add({ kind: "report", report }, (written) => this.reported(report, written));
        return;
      }
      case "checkpoint": {
        if (open === undefined) return;
        const checkpoint: BlobPointer = { ...message.checkpoint, epoch: message.epoch };
        draft.add({ kind: "checkpoint", trial, attempt, checkpoint }, () => {
          open.checkpoint = checkpoint;
        });
        return;
      }
      case "evaluated":
      case "predicted":
        return; // answers to `evaluate` and `predict`, which are not asked through a study's ledger
      default:
        message satisfies never;
    }
  }

  /** True when the message ends the attempt that counts; a repeat or a stale attempt changes nothing. */
  private draftEnd(
    draft: Draft,
    message: Extract<WorkerMessage, { kind: "ended" }>,
    settled: Set<string>,
  ): boolean {
    const trial = this.deps.open.current(message.ref);
    const key = `${message.ref.trial}.${message.ref.attempt}`;
    if (trial === undefined) this.deps.onStaleEnd(message.ref);
    if (trial === undefined || settled.has(key)) return false;
    settled.add(key);
    const checkpoint = checkpointOf(message.end);
    if (checkpoint !== null) {
      draft.add({ kind: "checkpoint", trial: trial.number, attempt: trial.attempt, checkpoint }, () => {
        trial.checkpoint = checkpoint;
      });
    }
    const { log } = message;
    if (log !== undefined) {
      const data = { trial: trial.number, attempt: trial.attempt, ...log };
      draft.add({ kind: "event", name: programLogEvent, data, at: this.deps.clock.now() });
    }
    const model = message.model === undefined ? null : { ...message.model.blob, epoch: message.model.epoch };
    this.draftSettlement(draft, trial, this.settlementOf(draft, trial, message), model, checkpoint);
    return true;
  }

  private settlementOf(
    draft: Draft,
    trial: OpenTrial,
    message: Extract<WorkerMessage, { kind: "ended" }>,
  ): Settlement {
    const oddity = oddityOf(message, this.known(draft));
    if (oddity !== null) return settleDeath(trial, oddity.words);
    const { history, plan, study } = this.deps;
    const epoch = Math.max(history.trial(trial.number).epoch, draft.epochs.get(trial.number) ?? 0);
    const lastEpoch = plan.budget.epochs;
    const early = (): EarlyEnd | null => plan.endsEarly?.(trial.params) ?? null;
    return settleEnd(trial, message.end, { dataFile: study.data.file, epoch, lastEpoch, early });
  }

  private draftSettlement(
    draft: Draft,
    trial: OpenTrial,
    settlement: Settlement,
    model: BlobPointer | null,
    checkpoint: BlobPointer | null = null,
  ): void {
    const at = this.deps.clock.now();
    const { number, attempt } = trial;
    const { state, reason } = settlement;
    const next = Math.max(attempt, this.deps.aside.newestHeardOf(number)) + 1;
    draft.add({ kind: "attempt_ended", trial: number, attempt, state, reason, at }, () =>
      this.deps.events.emit({ kind: "attempt_ended", trial: number, attempt, state, reason, at }),
    );
    if (settlement.kind === "end") {
      const { outcome } = settlement;
      draft.add({ kind: "trial_ended", trial: number, outcome, reason, model, at });
    } else if (settlement.kind === "pause") {
      draft.add({ kind: "trial_paused", trial: number, reason: settlement.reason, model });
    } else if (settlement.kind === "again") {
      const from = { ...trial, checkpoint: checkpoint ?? trial.checkpoint };
      for (const write of offersOf(from, attempt + 1, next, at)) draft.add(write);
    }
    // Last of all, whatever the number of writes: the consequences.
    const last = draft.effects.length - 1;
    const before = draft.effects[last];
    draft.effects[last] = (written) => {
      before?.(written);
      this.deps.onSettled(trial, settlement, next);
    };
  }

  private reported(report: Report, written: Written): void {
    if (written !== "recorded") return;
    const { history, events, open } = this.deps;
    const { trial, attempt, epoch, value, metrics, seconds, at } = report;
    const current = open.get(trial);
    if (current?.attempt === attempt && report.n >= (current.newestReport?.n ?? 0))
      current.newestReport = { n: report.n, epoch };
    // How many epochs are trained while the verdict is on its way is chance: they are recorded, and decide nothing.
    const counts = !isPruned(current?.order);
    if (counts) history.apply({ kind: "reported", trial, epoch, value });
    events.emit({ kind: "report", trial, attempt, epoch, value, metrics, seconds, at });
    if (!counts) return;
    const score = toScore(value, history.goal);
    if (this.ranks(trial) && isBetter(score, this.best)) {
      this.best = score;
      events.emit({ kind: "best", trial, value: value!, at });
    }
    if (current?.attempt === attempt) this.due.unshift(() => this.judge(current, attempt));
  }

  private judge(trial: OpenTrial, attempt: number): void {
    if (this.deps.open.get(trial.number) === trial && trial.attempt === attempt) this.deps.onReport(trial);
  }
}

function toReport(message: Extract<WorkerMessage, { kind: "report" }>, metric: string, at: number): Report {
  const metrics = Object.fromEntries(
    Object.entries(message.metrics).map(([name, value]) => [name, fromWire(value)]),
  );
  const value = metrics[metric];
  return {
    trial: message.ref.trial,
    attempt: message.ref.attempt,
    n: message.n,
    epoch: message.epoch,
    value: value !== undefined && Number.isFinite(value) ? value : null,
    metrics,
    seconds: message.seconds,
    at,
  };
}

function checkpointOf(end: AttemptEnd): BlobPointer | null {
  if (end.kind !== "paused" && end.kind !== "handed_back") return null;
  return end.checkpoint === undefined ? null : { ...end.checkpoint, epoch: end.epoch };
}
