import type { Sampler } from "../../../search/sampler.ts";
import type { StudyStore, Write } from "../../../storage/store.ts";
import type { CoordinatorBus, CoordinatorHandlers } from "../../../worker/protocol/bus.ts";
import type { WorkerMessage } from "../../../worker/protocol/messages.ts";
import { override } from "../../../orchestrator/override.ts";
import { beforeSending } from "./wire-failpoints.ts";

/**
 * Moments in which a coordinator can be made to die: a trial is chosen and not recorded; messages have come and are not
 * recorded; they are, and nobody knows; their worker is about to be told; it was, and they are about to be removed
 * from the server; a trial is recorded and not offered; it is offered.
 */
export const failpoints = [
  "after-suggest",
  "before-commit",
  "after-commit",
  "before-watermark",
  "before-purge",
  "before-offer",
  "after-offer",
] as const;
export type Failpoint = (typeof failpoints)[number];

/**
 * Ways to build a coordinator wrongly. The fault tests must notice each, or they prove nothing: acknowledge what
 * is not committed yet; let a repeated message be a new one; take every message for one of the attempt that counts.
 */
export const breakages = ["ack-first", "no-key", "no-attempt-check"] as const;
export type Breakage = (typeof breakages)[number];

export interface StudyParts {
  readonly store: StudyStore;
  readonly bus: CoordinatorBus;
  readonly sampler: Sampler;
}

/** Dies (SIGKILL) at the `count`-th time it comes to `point`. */
export function dyingAt(point: Failpoint, count: number, { store, bus, sampler }: StudyParts): StudyParts {
  let left = count;
  const pass = (here: Failpoint): void => {
    if (here === point && --left <= 0) process.kill(process.pid, "SIGKILL");
  };
  beforeSending("$KV.SEQTUNE_CONTROL.done.", () => pass("before-watermark"));
  beforeSending("$JS.API.STREAM.PURGE.SEQTUNE_REPORTS", () => pass("before-purge"));
  return {
    sampler: override(sampler, {
      suggest: (history, number, rng) => {
        const suggestion = sampler.suggest(history, number, rng);
        if (suggestion.kind === "new") pass("after-suggest");
        return suggestion;
      },
    }),
    store: override(store, {
      record: (study, writes, durability) => {
        const isOfMessages = writes.some(({ kind }) => kind === "report");
        if (isOfMessages) pass("before-commit");
        const written = store.record(study, writes, durability);
        if (isOfMessages) pass("after-commit");
        return written;
      },
    }),
    bus: override(bus, {
      offer: async (assignment) => {
        pass("before-offer");
        await bus.offer(assignment);
        pass("after-offer");
      },
    }),
  };
}

/** Says how many of the writes were there already. */
export function counting(store: StudyStore, onRepeats: (count: number) => void): StudyStore {
  return override(store, {
    record: (study, writes, durability) => {
      const written = store.record(study, writes, durability);
      const repeats = written.filter((how) => how === "duplicate").length;
      if (repeats > 0) onRepeats(repeats);
      return written;
    },
  });
}

/** Longer than the time after which what is acknowledged is removed from the server, or its copy saves the day. */
const lateMs = 1500;

export function broken(how: Breakage, study: number, parts: StudyParts): StudyParts {
  const { store, bus } = parts;
  switch (how) {
    case "ack-first":
      return {
        ...parts,
        bus: committing(bus, (messages, commit) => void setTimeout(() => commit(messages), lateMs)),
      };
    case "no-key":
      return {
        ...parts,
        store: override(store, {
          record: (id, writes, how) => store.record(id, writes.map(renumbered), how),
        }),
      };
    case "no-attempt-check": {
      const current = (message: WorkerMessage): WorkerMessage => {
        const attempt = store.trial(study, message.ref.trial)?.attempts ?? message.ref.attempt;
        // Message numbers of two attempts must not meet, or the key would save the day; nor be absurdly high.
        return { ...message, ref: { ...message.ref, attempt }, n: message.n + 50 * message.ref.attempt };
      };
      return { ...parts, bus: committing(bus, (messages, commit) => commit(messages.map(current))) };
    }
    default:
      return how satisfies never;
  }
}

let numbers = 0;

function renumbered(write: Write): Write {
  if (write.kind !== "report") return write;
  return { ...write, report: { ...write.report, n: Date.now() * 1000 + (numbers++ % 1000) } };
}

type Commit = CoordinatorHandlers["commit"];

function committing(
  bus: CoordinatorBus,
  change: (messages: readonly WorkerMessage[], commit: Commit) => void,
): CoordinatorBus {
  return override(bus, {
    open: async (handlers) => {
      const commit: Commit = (messages) => change(messages, (changed) => handlers.commit(changed));
      await bus.open(override(handlers, { commit }));
    },
  });
}
