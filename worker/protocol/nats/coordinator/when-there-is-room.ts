import { pause } from "../../clock.ts";
import { isNoSuchStream, isOutOfRoom } from "../link/api-errors.ts";
import { noRoom } from "../link/no-room.ts";
import { bucketStream } from "../server/names.ts";
import type { CoordinatorBusOptions } from "./coordinator-options.ts";
import type { ServerAccess } from "./coordinator-parts.ts";

/**
 * Does `task` again until the server has room for it. A study that is begun or resumed while the server is full waits and
 * says so, as it does for a full disk of its own. Throws the signal's reason.
 */
export async function whenThereIsRoom(
  { link, names, timings }: ServerAccess,
  { onProblem = () => {} }: Pick<CoordinatorBusOptions, "onProblem">,
  signal: AbortSignal,
  task: () => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      return await task();
    } catch (error) {
      if (isOutOfRoom(error)) onProblem(noRoom(bucketStream(names.state), "the lock of a study", error));
      else if (!isNoSuchStream(error)) throw error; // lost since this coordinator made it; it is made again
    }
    await pause(link.clock, timings.retryLimitMs, signal);
    signal.throwIfAborted();
  }
}
