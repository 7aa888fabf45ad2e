import type { Assignment } from "../../worker/protocol/assignment.ts";
import type { BlobStore } from "../../worker/protocol/blobs.ts";
import type { CoordinatorBus, CoordinatorHandlers } from "../../worker/protocol/bus.ts";
import type { AttemptRef } from "../../worker/protocol/ids.ts";
import type { Order, WorkerMessage } from "../../worker/protocol/messages.ts";
import type { Answers } from "./ask.ts";

/** Offers given assignments in the place of the coordinator's own, and keeps what workers answer to them. */
export class QuestionBus implements CoordinatorBus {
  readonly blobs: BlobStore;
  readonly survivesCoordinator: boolean;
  private readonly bus: CoordinatorBus;
  private readonly questions: readonly Assignment[];
  /** By trial, of its newest attempt: messages by their number. */
  private readonly heard = new Map<number, { attempt: number; messages: Map<number, WorkerMessage> }>();

  constructor(bus: CoordinatorBus, questions: readonly Assignment[]) {
    this.blobs = bus.blobs;
    this.survivesCoordinator = bus.survivesCoordinator;
    this.bus = bus;
    this.questions = questions;
  }

  /** The messages of each assignment's last attempt, in order. */
  answers(): Answers {
    return this.questions.map((_, trial) => {
      const messages = this.heard.get(trial)?.messages.values() ?? [];
      return [...messages].sort((a, b) => a.n - b.n);
    });
  }

  async open(handlers: CoordinatorHandlers): Promise<void> {
    await this.bus.open({
      ...handlers,
      commit: (messages) => {
        handlers.commit(messages);
        for (const message of messages) this.keep(message);
      },
    });
  }

  async offer({ ref }: Assignment): Promise<void> {
    await this.bus.offer({ ...this.questions[ref.trial]!, ref });
  }

  async withdraw(ref: AttemptRef): Promise<boolean> {
    return await this.bus.withdraw(ref);
  }

  async order(ref: AttemptRef, order: Order): Promise<void> {
    await this.bus.order(ref, order);
  }

  async settle(ref: AttemptRef, lastWord?: Order): Promise<void> {
    await this.bus.settle(ref, lastWord);
  }

  async dismiss(refs: readonly AttemptRef[]): Promise<void> {
    await this.bus.dismiss(refs);
  }

  async drain(): Promise<void> {
    await this.bus.drain();
  }

  async close(): Promise<void> {
    await this.bus.close();
  }

  private keep(message: WorkerMessage): void {
    const { trial, attempt } = message.ref;
    const known = this.heard.get(trial);
    if (known !== undefined && known.attempt > attempt) return;
    const newest = known?.attempt === attempt ? known : { attempt, messages: new Map() };
    newest.messages.set(message.n, message);
    this.heard.set(trial, newest);
  }
}
