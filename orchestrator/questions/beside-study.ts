import type { Assignment } from "../../worker/protocol/assignment.ts";
import type { CoordinatorBus, CoordinatorHandlers, WorkerChange } from "../../worker/protocol/bus.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import type { AttemptRef } from "../../worker/protocol/ids.ts";
import { UserError } from "../errors.ts";
import { override } from "../override.ts";
import { interrupted, type Answers, type Ask } from "./ask.ts";
import { once, Questions } from "./questions.ts";

/**
 * Asks the workers that train a study: they have its data at hand. What they answer never reaches the study's coordinator,
 * which knows their attempts by the study they name.
 */
export class BesideStudy {
  private questions: Questions | null = null;
  /** Studies named by what was asked so far; answers may come late. */
  private readonly asked = new Set<string>();

  /** The bus for the study's coordinator; questions take the same way. */
  over(bus: CoordinatorBus): CoordinatorBus {
    const questions = new Questions(bus, once);
    this.questions = questions;
    return override(bus, {
      open: async (handlers) => await bus.open(this.between(handlers, questions)),
    });
  }

  /** One assignment after another, or at once where workers are free. */
  readonly ask: Ask<Assignment> = async (assignments, signal): Promise<Answers> => {
    if (this.questions === null) throw new UserError(interrupted);
    return await this.questions.askAll(
      assignments.map((one) => this.named(one)),
      signal,
    );
  };

  /** Under a study of its own. */
  private named(assignment: Assignment): Assignment {
    const study = `${assignment.ref.study}-asked-${this.asked.size}`;
    this.asked.add(study);
    return { ...assignment, ref: { ...assignment.ref, study } };
  }

  /** Handlers that keep from the study's what is not the study's. */
  private between(handlers: CoordinatorHandlers, questions: Questions): CoordinatorHandlers {
    return {
      ...handlers,
      commit: (messages) => {
        const others = messages.filter(({ ref }) => !this.isOurs(ref));
        if (others.length > 0) handlers.commit(others);
        if (others.length === messages.length) return;
        questions.hear(
          messages.filter(({ ref }) => this.isOurs(ref)),
          systemClock.now(),
        );
      },
      worker: (change) => handlers.worker(this.seen(change, questions)),
      claimed: (ref, worker) => {
        if (!this.isOurs(ref)) handlers.claimed?.(ref, worker);
      },
    };
  }

  private isOurs({ study }: AttemptRef): boolean {
    return this.asked.has(study);
  }

  /** As the study is to see it: a worker that answers a question runs nothing of its own. */
  private seen(change: WorkerChange, questions: Questions): WorkerChange {
    const running = change.kind === "seen" ? change.worker.running : change.running;
    if (running === undefined || running === null || !this.isOurs(running)) return change;
    if (change.kind === "gone") {
      questions.deserted(running, true, change.reason);
      return { ...change, running: null };
    }
    const { running: _, ...worker } = change.worker;
    return { ...change, worker };
  }
}
