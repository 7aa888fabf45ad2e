import { errors } from "@nats-io/transport-node";
import type { Clock } from "../../clock.ts";

/** What `task` comes to, or the client library's `TimeoutError` after `ms`; the task itself goes on. */
export async function inTime<T>(clock: Clock, ms: number, task: Promise<T>): Promise<T> {
  let stop = (): void => {};
  const tooLate = new Promise<never>((_resolve, reject) => {
    stop = clock.after(ms, () => reject(new errors.TimeoutError()));
  });
  try {
    return await Promise.race([task, tooLate]);
  } finally {
    stop();
  }
}
