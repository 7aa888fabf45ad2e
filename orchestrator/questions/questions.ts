import { DataError } from "../../worker/data/errors.ts";
import type { Assignment } from "../../worker/protocol/assignment.ts";
import type { CoordinatorBus } from "../../worker/protocol/bus.ts";
import { refKey, type AttemptRef } from "../../worker/protocol/ids.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import { untilCalled } from "../../worker/protocol/waits.ts";
import type { OpenAttempt, OpenAttempts } from "../coordinator/crew.ts";
import { attemptLimit, failureLimit } from "../coordinator/plan.ts";
import { UserError } from "../errors.ts";
import { superseded } from "../study/settle.ts";
import { interrupted, type Answers } from "./ask.ts";

/** How often an assignment is tried. `failures`: by its own doing or with its worker's process. */
export interface Tries {
  readonly failures: number;
  readonly attempts: number;
}

/** Workers of this machine: what fails there once fails again, and is said at once. */
export const once: Tries = { failures: 1, attempts: 1 };
/** Workers of a lab come and go: as often as a study's trials. */
export const asTrials: Tries = { failures: failureLimit, attempts: attemptLimit };

interface Question {
  assignment: Assignment;
  worker: string | null;
  startedAt: number | null;
  failures: number;
  /** Taken back: the answer is wanted no more, only that its worker lets go of it. */
  isTakenBack: boolean;
  /** Of its newest attempt, by number: they may come twice. */
  messages: Map<number, WorkerMessage>;
  readonly resolve: (messages: readonly WorkerMessage[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Questions to the workers behind one bus. Each is offered as a trial's attempt is, and again as its next attempt where its
 * worker is lost, until a worker has answered it; nothing is recorded, for who asks is there to hear the answer.
 *
 * A question: waits for a slot → offered (→ held by a worker) → answered, failed or taken back.
 */
export class Questions implements OpenAttempts {
  private readonly bus: CoordinatorBus;
  private readonly tries: Tries;
  private slots: number;
  private readonly waiting: Question[] = [];
  /** By attempt; also those that were taken back, until their workers have let go of them. */
  private readonly offered = new Map<string, Question>();
  private onIdle: () => void = () => {};

  /** `slots`: how many may be open at once; `allow` changes it. */
  constructor(bus: CoordinatorBus, tries: Tries, slots = Number.POSITIVE_INFINITY) {
    this.bus = bus;
    this.tries = tries;
    this.slots = slots;
  }

  /** The answer to each, in order. The first that fails ends the asking: the others are taken back. */
  async askAll(assignments: readonly Assignment[], signal: AbortSignal): Promise<Answers> {
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    try {
      return await Promise.all(assignments.map((assignment) => this.ask(assignment, either)));
    } catch (error) {
      failed.abort();
      throw error;
    }
  }

  private async ask(assignment: Assignment, signal: AbortSignal): Promise<readonly WorkerMessage[]> {
    if (signal.aborted) throw new UserError(interrupted);
    let onAbort = (): void => {};
    try {
      return await new Promise<readonly WorkerMessage[]>((resolve, reject) => {
        const messages = new Map<number, WorkerMessage>();
        const at = { worker: null, startedAt: null, failures: 0, isTakenBack: false, messages };
        const question: Question = { assignment, ...at, resolve, reject };
        onAbort = () => this.takeBack(question);
        signal.addEventListener("abort", onAbort, { once: true });
        this.waiting.push(question);
        this.offerNext();
      });
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** This many may be open. */
  allow(slots: number): void {
    this.slots = slots;
    this.offerNext();
  }

  /** What workers say; what does not belong to an open question is dropped. */
  hear(messages: readonly WorkerMessage[], now: number): void {
    for (const message of messages) {
      const question = this.offered.get(refKey(message.ref));
      if (question === undefined) {
        if (message.kind === "ended") this.settle(message.ref);
      } else if (question.worker === null || question.worker === message.worker) {
        question.worker = message.worker;
        question.startedAt ??= now;
        question.messages.set(message.n, message);
        if (message.kind === "ended") this.ended(question, message.end);
      }
    }
  }

  /** No worker will answer any more. */
  giveUp(reason: string): void {
    const all = [...this.waiting.splice(0), ...this.offered.values()];
    this.offered.clear();
    for (const { reject } of all) reject(new UserError(reason));
    this.noticeIdle();
  }

  /** Settles once no worker has any of them any more, or when the signal fires. */
  async idle(signal: AbortSignal): Promise<void> {
    await untilCalled((done) => {
      this.onIdle = done;
      this.noticeIdle();
      return () => {};
    }, signal);
  }

  /** Questions that are not answered. */
  get count(): number {
    return this.waiting.length + this.offered.size;
  }

  get openCount(): number {
    return this.offered.size;
  }

  open(): readonly OpenAttempt[] {
    return [...this.offered.values()].map(({ assignment, worker, startedAt }) => ({
      ref: assignment.ref,
      worker,
      startedAt,
    }));
  }

  claimed(ref: AttemptRef, worker: string): void {
    const question = this.offered.get(refKey(ref));
    if (question !== undefined) question.worker ??= worker;
  }

  heardOf(): void {} // the name of a question is used by one process only: no attempt is unknown to it

  deserted(ref: AttemptRef, died: boolean, reason: string): void {
    const question = this.offered.get(refKey(ref));
    if (question !== undefined) this.again(question, died, reason, true);
  }

  private offerNext(): void {
    while (this.offered.size < this.slots) {
      const question = this.waiting.shift();
      if (question === undefined) return;
      this.offered.set(refKey(question.assignment.ref), question);
      this.bus
        .offer(question.assignment)
        .catch((error: Error) => this.end(question, () => question.reject(error)));
    }
  }

  private ended(question: Question, end: Extract<WorkerMessage, { kind: "ended" }>["end"]): void {
    if (end.kind === "handed_back") {
      this.again(question, false, "its worker shut down and handed it back", false);
    } else if (end.kind !== "failed" || end.failure === "program") {
      const answer = [...question.messages.values()].sort((a, b) => a.n - b.n);
      this.end(question, () => question.resolve(answer));
    } else if (end.failure === "bad_data") {
      this.end(question, () => question.reject(new DataError(end.message)));
    } else if (end.failure === "bad_settings") {
      this.end(question, () => question.reject(new UserError(end.message)));
    } else this.again(question, true, end.message, false);
  }

  /** Offers the next attempt, unless there were enough. `lost`: the worker may come back, and is to stop then. */
  private again(question: Question, isFailure: boolean, reason: string, lost: boolean): void {
    const { ref } = question.assignment;
    question.failures += isFailure ? 1 : 0;
    const { failures } = question;
    if (question.isTakenBack || failures >= this.tries.failures || ref.attempt >= this.tries.attempts) {
      const tried =
        failures >= this.tries.failures ? `${failures} failed attempts` : `${ref.attempt} attempts`;
      const words = this.tries.attempts === 1 ? reason : `gave up after ${tried}: ${reason}`;
      this.end(question, () => question.reject(new UserError(words)), lost);
      return;
    }
    this.offered.delete(refKey(ref));
    this.settle(ref, lost);
    const next = { ...ref, attempt: ref.attempt + 1 };
    question.assignment = { ...question.assignment, ref: next };
    question.worker = null;
    question.startedAt = null;
    question.messages = new Map();
    this.waiting.unshift(question);
    this.offerNext();
  }

  private end(question: Question, then: () => void, lost = false): void {
    const { ref } = question.assignment;
    this.offered.delete(refKey(ref));
    this.settle(ref, lost);
    then();
    this.noticeIdle();
    this.offerNext();
  }

  /** Wanted no more: no worker begins with it, and one that has stops. Its end is still heard. */
  private takeBack(question: Question): void {
    const { ref } = question.assignment;
    question.isTakenBack = true;
    question.reject(new UserError(interrupted));
    const place = this.waiting.indexOf(question);
    if (place >= 0) {
      this.waiting.splice(place, 1);
      return;
    }
    const order = async (): Promise<void> => {
      if (await this.bus.withdraw(ref)) this.end(question, () => {});
      else await this.bus.order(ref, { kind: "stop", reason: interrupted });
    };
    order().catch(() => {}); // the bus says what it cannot do; nothing waits for it here
  }

  private settle(ref: AttemptRef, lost = false): void {
    this.bus.settle(ref, lost ? superseded : undefined).catch(() => {});
  }

  private noticeIdle(): void {
    if (this.offered.size === 0) this.onIdle();
  }
}
