import { pause, systemClock } from "../../clock.ts";
import { ServerSilent, ServerUnreachable } from "./errors.ts";
import type { LinkOptions } from "./dial.ts";
import { Link, type LinkListener } from "./link.ts";
import type { Timings } from "./timings.ts";

export interface PatientOptions extends LinkOptions {
  readonly onState?: LinkListener;
  /** Ends the waiting with its reason. */
  readonly signal?: AbortSignal;
}

/** Connects, waiting for a server that does not answer yet and telling so. Anything else is thrown at once. */
export async function connectPatiently(options: PatientOptions, timings: Timings): Promise<Link> {
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      return await Link.connect(options, timings);
    } catch (problem) {
      if (!(problem instanceof ServerUnreachable) && !(problem instanceof ServerSilent)) throw problem;
      options.onState?.({ kind: "connecting", servers: problem.servers, problem });
      await pause(options.clock ?? systemClock, timings.retryLimitMs / 5, options.signal);
    }
  }
}
