import type { Assignment } from "../../worker/protocol/assignment.ts";
import type { CoordinatorBus } from "../../worker/protocol/bus.ts";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import { override } from "../override.ts";
import type { Answers } from "./ask.ts";

/** What workers are asked, in the place of a study's trials, and what they answered so far. */
export class Questions {
  private readonly assignments: readonly Assignment[];
  /** By trial, of its newest attempt: messages by their number. */
  private readonly heard = new Map<number, { attempt: number; messages: Map<number, WorkerMessage> }>();

  constructor(assignments: readonly Assignment[]) {
    this.assignments = assignments;
  }

  /** A bus that offers them in the place of the coordinator's own assignments, and keeps what workers answer. */
  over(bus: CoordinatorBus): CoordinatorBus {
    return override(bus, {
      open: async (handlers) => {
        await bus.open({
          ...handlers,
          commit: (messages) => {
            handlers.commit(messages);
            for (const message of messages) this.keep(message);
          },
        });
      },
      offer: async ({ ref }) => await bus.offer({ ...this.assignments[ref.trial]!, ref }),
    });
  }

  /** The messages of each assignment's last attempt, in order. */
  answers(): Answers {
    return this.assignments.map((_, trial) => {
      const messages = this.heard.get(trial)?.messages.values() ?? [];
      return [...messages].sort((a, b) => a.n - b.n);
    });
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
