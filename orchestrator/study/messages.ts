import { watchedMetrics } from "../../search/goals/goals.ts";
import type { Change, Effect, Step } from "./step.ts";
import type { BlobPointer, Report } from "../../storage/store.ts";
import { secondsMetric } from "../../worker/protocol/cost-metrics.ts";
import { refKey } from "../../worker/protocol/ids.ts";
import type { AttemptEnd, WorkerMessage } from "../../worker/protocol/messages.ts";
import { fromWire } from "../../worker/protocol/numbers.ts";
import type { EarlyEnd } from "../coordinator/plan.ts";
import { oddityOf, type Known, type NewestReport, type Oddity } from "./admission.ts";
import { stopOf } from "./assignment.ts";
import { programLogEvent } from "./program-log.ts";
import { settle } from "./settle.ts";
import { lacksReports, settleDeath, settleEnd, type Settlement } from "./settlement.ts";
import type { LiveTrial } from "./live-trial.ts";
import type { StudyRules, RunState } from "./state.ts";

type Ended = Extract<WorkerMessage, { kind: "ended" }>;

const noBounds: Known["bounds"] = new Map();

/**
 * Messages in parts that are recorded one after another. A verdict on a trial's last reports may change what its end
 * means: where trials are judged, the reports before an end are recorded, and judged, before it.
 */
export function partsOf(
  messages: readonly WorkerMessage[],
  judged: boolean,
): readonly (readonly WorkerMessage[])[] {
  if (!judged) return [messages];
  const parts: WorkerMessage[][] = [[]];
  for (const message of messages) {
    if (message.kind === "ended") parts.push([]);
    parts.at(-1)!.push(message);
  }
  return parts.filter((part) => part.length > 0);
}

/** What a batch of messages asks for. */
export function stepMessages(state: RunState, messages: readonly WorkerMessage[], at: number): Step {
  return new Reading(state, at).read(messages);
}

/** A message that the database can never take is kept aside. */
export function stepUnrecordable(state: RunState, message: WorkerMessage, words: string, at: number): Step {
  const change = asideOf(state, message, { kind: "unrecordable", words }, at);
  return { changes: [change], durability: state.rules.remote ? "power" : "process", effects: [] };
}

/** One batch of messages, read in order: each knows what those before it ask for. */
class Reading implements Known {
  readonly study: string;
  readonly epochs: number;
  readonly bounds: Known["bounds"];
  private readonly state: RunState;
  private readonly at: number;
  private readonly changes: Change[] = [];
  private readonly effects: Effect[] = [];
  /** The newest report of each trial in this batch. Most batches of a simulation have one message only. */
  private newest: Map<number, NewestReport & { readonly attempt: number }> | null = null;
  private settled: Set<string> | null = null;
  /** Attempts that begin in this batch, and their workers. */
  private begun: Map<string, string> | null = null;

  constructor(state: RunState, at: number) {
    const { plan, study } = state.rules;
    this.state = state;
    this.at = at;
    this.study = study.key;
    this.epochs = plan.budget.epochs;
    this.bounds = plan.bounds ?? noBounds;
  }

  read(messages: readonly WorkerMessage[]): Step {
    for (const message of messages) this.take(message);
    const { changes, effects, settled, state } = this;
    return { changes, effects, durability: settled !== null || state.rules.remote ? "power" : "process" };
  }

  newestAttempt(trial: number): number {
    return this.state.trials.newestAttempt(trial);
  }

  newestReport(number: number, attempt: number): NewestReport | undefined {
    const trial = this.state.trials.get(number);
    if (trial?.attempt !== attempt) return undefined;
    const here = this.newest?.get(number);
    return here?.attempt === attempt ? here : (trial.newestReport ?? undefined);
  }

  private take(message: WorkerMessage): void {
    const trial = this.state.trials.current(message.ref);
    if (trial !== undefined && !this.isHolder(trial, message)) return;
    const oddity = oddityOf(message, this);
    if (oddity !== null) {
      this.changes.push(asideOf(this.state, message, oddity, this.at));
      // An impossible last word still is the last one.
      const ends = message.kind === "ended" && oddity.kind === "impossible" && trial !== undefined;
      if (!ends) {
        if (message.kind === "ended") this.forget(message);
        return;
      }
    }
    if (message.kind === "ended") this.takeEnd(message, trial, oddity);
    else this.takeNews(message, trial);
  }

  /**
   * An attempt's messages count only from the worker that holds it: the one recorded as having begun it, else the one that
   * claimed it. A claim may be one that the server forgot, and another worker has the attempt; that one says first that it begins.
   */
  private isHolder(trial: LiveTrial, { kind, ref, worker }: WorkerMessage): boolean {
    const mayBegin = kind === "started" && trial.attemptState !== "running";
    const holder = this.begun?.get(refKey(ref)) ?? (mayBegin ? null : trial.worker);
    return holder === null || holder === worker;
  }

  private takeNews(message: Exclude<WorkerMessage, Ended>, open: LiveTrial | undefined): void {
    const { trial, attempt } = message.ref;
    // Behind its end in the same batch an attempt is over, as it is in a batch of its own.
    const isOver = open === undefined || this.settled?.has(refKey(message.ref)) === true;
    switch (message.kind) {
      case "started": {
        if (isOver) return;
        const engine = `${message.engine.engine}/${message.engine.backend}`;
        const { worker } = message;
        (this.begun ??= new Map()).set(refKey(message.ref), worker);
        this.changes.push({ kind: "attempt_started", trial, attempt, worker, engine, at: this.at });
        return;
      }
      case "report": {
        const report = toReport(message, this.state.rules, this.at);
        const { n, epoch } = report;
        if (open !== undefined && !(n < (this.newestReport(trial, attempt)?.n ?? 0)))
          (this.newest ??= new Map()).set(trial, { attempt, n, epoch });
        this.changes.push({ kind: "report", report });
        return;
      }
      case "checkpoint": {
        if (isOver) return;
        const checkpoint: BlobPointer = { ...message.checkpoint, epoch: message.epoch };
        this.changes.push({ kind: "checkpoint", trial, attempt, checkpoint });
        return;
      }
      case "evaluated":
      case "predicted":
      case "inputs_scored":
        return; // answers to assignments that are no study's trials
      default:
        message satisfies never;
    }
  }

  /** A repeat, or the end of an attempt that does not count any more, changes nothing. */
  private takeEnd(message: Ended, trial: LiveTrial | undefined, oddity: Oddity | null): void {
    const key = refKey(message.ref);
    if (trial === undefined) this.forget(message);
    if (trial === undefined || this.settled?.has(key) === true) return;
    (this.settled ??= new Set()).add(key);
    const isImpossible = oddity !== null; // and so are the files it names
    const epoch = this.newestEpoch(trial);
    const checkpoint =
      isImpossible || lacksReports(trial, message.end, { epoch }) ? null : checkpointOf(message.end);
    if (checkpoint !== null)
      this.changes.push({ kind: "checkpoint", trial: trial.number, attempt: trial.attempt, checkpoint });
    const { log } = message;
    if (log !== undefined) {
      const data = { trial: trial.number, attempt: trial.attempt, ...log };
      this.changes.push({ kind: "event", name: programLogEvent, data, at: this.at });
    }
    const { model: named } = message;
    const model = named === undefined || isImpossible ? null : { ...named.blob, epoch: named.epoch };
    const settlement = this.settlementOf(trial, message, oddity);
    const { changes, effects } = settle(this.state, trial, settlement, this.at, { model, checkpoint });
    this.changes.push(...changes);
    this.effects.push(...effects);
  }

  private settlementOf(trial: LiveTrial, { end }: Ended, oddity: Oddity | null): Settlement {
    if (oddity !== null) return settleDeath(trial, oddity.words);
    const { plan, study } = this.state.rules;
    const epoch = this.newestEpoch(trial);
    const lastEpoch = plan.budget.epochs;
    const early = (): EarlyEnd | null => plan.endsEarly?.(trial.params) ?? null;
    const stop = stopOf(this.state, trial);
    const pausesAt = stop.pauses === true ? stop.epochs : null;
    return settleEnd(trial, end, { dataFile: study.data.file, epoch, lastEpoch, pausesAt, early });
  }

  private newestEpoch({ number }: LiveTrial): number {
    return Math.max(this.state.history.trial(number).epoch, this.newest?.get(number)?.epoch ?? 0);
  }

  /** What the bus keeps for an attempt that ended, and whose end changes nothing here. */
  private forget({ ref }: Ended): void {
    if (ref.study === this.state.rules.study.key) this.effects.push({ kind: "settle", ref });
  }
}

function asideOf(state: RunState, message: WorkerMessage, oddity: Oddity, at: number): Change {
  return state.aside.draft(message, oddity, at) ?? { kind: "kept_aside", message, oddity };
}

function toReport(
  message: Extract<WorkerMessage, { kind: "report" }>,
  { study, plan }: StudyRules,
  at: number,
): Report {
  const said = Object.entries(message.metrics).map(([name, value]) => [name, fromWire(value)] as const);
  const timed = plan.goals !== undefined && watchedMetrics(plan.goals).includes(secondsMetric);
  // A program may say itself what it counts as an epoch's time.
  const metrics = Object.fromEntries(timed ? [[secondsMetric, message.seconds] as const, ...said] : said);
  const value = metrics[study.metric];
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
