import { DataError } from "../../worker/data/errors.ts";
import type { Assignment } from "../../worker/protocol/assignment.ts";
import type { CoordinatorBus, CoordinatorHandlers, WorkerChange } from "../../worker/protocol/bus.ts";
import { refKey, type AttemptRef } from "../../worker/protocol/ids.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import { UserError } from "../errors.ts";
import { override } from "../override.ts";
import { interrupted, type Answers, type Ask } from "./ask.ts";

interface Question {
  readonly messages: WorkerMessage[];
  readonly resolve: (messages: readonly WorkerMessage[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Asks the workers that train a study: they have its data at hand. What they answer never reaches the study's coordinator,
 * which knows their attempts by the study they name.
 */
export class BesideStudy {
  private bus: CoordinatorBus | null = null;
  private readonly waiting = new Map<string, Question>();
  /** Studies named by what was asked so far; answers may come late. */
  private readonly asked = new Set<string>();

  /** The bus for the study's coordinator; questions take the same way. */
  over(bus: CoordinatorBus): CoordinatorBus {
    this.bus = bus;
    return override(bus, { open: async (handlers) => await bus.open(this.between(handlers)) });
  }

  /** One assignment after another, or at once where workers are free. */
  readonly ask: Ask<Assignment> = async (assignments, signal): Promise<Answers> =>
    await Promise.all(assignments.map((assignment) => this.askOne(assignment, signal)));

  private async askOne(assignment: Assignment, signal: AbortSignal): Promise<readonly WorkerMessage[]> {
    const { bus } = this;
    if (bus === null || signal.aborted) throw new UserError(interrupted);
    const study = `${assignment.ref.study}-asked-${this.asked.size}`;
    const ref = { ...assignment.ref, study };
    this.asked.add(study);
    const onAbort = (): void => {
      void bus.order(ref, { kind: "stop", reason: interrupted });
      this.waiting.get(refKey(ref))?.reject(new UserError(interrupted));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await new Promise<readonly WorkerMessage[]>((resolve, reject) => {
        this.waiting.set(refKey(ref), { messages: [], resolve, reject });
        bus.offer({ ...assignment, ref }).catch(reject);
      });
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.waiting.delete(refKey(ref));
      if (!signal.aborted) await bus.settle(ref); // else its order is still to be heard
    }
  }

  /** Handlers that keep from the study's what is not the study's. */
  private between(handlers: CoordinatorHandlers): CoordinatorHandlers {
    return {
      ...handlers,
      commit: (messages) => {
        const others = messages.filter(({ ref }) => !this.isOurs(ref));
        if (others.length > 0) handlers.commit(others);
        for (const message of messages) if (this.isOurs(message.ref)) this.hear(message);
      },
      worker: (change) => handlers.worker(this.seen(change)),
      claimed: (ref, worker) => {
        if (!this.isOurs(ref)) handlers.claimed?.(ref, worker);
      },
    };
  }

  private isOurs({ study }: AttemptRef): boolean {
    return this.asked.has(study);
  }

  /** As the study is to see it: a worker that answers a question runs nothing of its own. */
  private seen(change: WorkerChange): WorkerChange {
    const running = change.kind === "seen" ? change.worker.running : change.running;
    if (running === undefined || running === null || !this.isOurs(running)) return change;
    if (change.kind === "gone") {
      this.waiting.get(refKey(running))?.reject(new UserError(change.reason));
      return { ...change, running: null };
    }
    const { running: _, ...worker } = change.worker;
    return { ...change, worker };
  }

  private hear(message: WorkerMessage): void {
    const question = this.waiting.get(refKey(message.ref));
    if (question === undefined) return;
    question.messages.push(message);
    if (message.kind !== "ended") return;
    const { end } = message;
    if (end.kind !== "failed") question.resolve(question.messages);
    else
      question.reject(end.failure === "bad_data" ? new DataError(end.message) : new UserError(end.message));
  }
}
