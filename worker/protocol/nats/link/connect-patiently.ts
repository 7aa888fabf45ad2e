import { pause, systemClock } from "../../clock.ts";
import { NoLeader, ServerSilent, ServerUnreachable } from "./server-errors.ts";
import type { LinkOptions } from "./dial.ts";
import { Link, type LinkListener } from "./link.ts";
import type { Timings } from "./timings.ts";

export interface PatientOptions extends LinkOptions {
  readonly onState?: LinkListener;
  /** Ends the waiting with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Connects, waiting for a server that does not answer yet; each reason is reported once. Anything else is thrown at once.
 */
export async function connectPatiently(options: PatientOptions, timings: Timings): Promise<Link> {
  let reported: string | null = null;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      return await Link.connect(options, timings);
    } catch (problem) {
      if (!isOfWaiting(problem)) throw problem;
      if (problem.message !== reported)
        options.onState?.({ kind: "connecting", servers: problem.servers, problem });
      reported = problem.message;
      await pause(options.clock ?? systemClock, timings.retryLimitMs / 5, options.signal);
    }
  }
}

function isOfWaiting(problem: unknown): problem is ServerUnreachable | ServerSilent | NoLeader {
  return [ServerUnreachable, ServerSilent, NoLeader].some((kind) => problem instanceof kind);
}
