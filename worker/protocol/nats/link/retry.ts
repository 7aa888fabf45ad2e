import { errors } from "@nats-io/transport-node";
import { JetStreamApiError, JetStreamError } from "@nats-io/jetstream";
import { pause } from "../../clock.ts";
import { ConnectionBroken } from "./errors.ts";
import type { Link } from "./link.ts";
import type { Timings } from "./timings.ts";

/**
 * Did this request fail because the server was out of reach, starting, or without a leader? Such a request may
 * have been carried out all the same.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.cause instanceof errors.PermissionViolationError) return false;
  return (
    error instanceof ConnectionBroken ||
    error instanceof errors.TimeoutError ||
    error instanceof errors.ConnectionError ||
    error instanceof errors.RequestError ||
    error.name === "JetStreamNotEnabled" || // no answer: the stream is not there, or has no leader
    isUnavailable(error) ||
    /disconnect|stale connection/i.test(error.message)
  );
}

/** JetStream is starting, or has no leader or quorum. (Its 503 alone also means that a message was refused.) */
const unavailableCodes = new Set([10005, 10006, 10008, 10009]);

function isUnavailable(error: Error): boolean {
  if (error instanceof JetStreamApiError) return unavailableCodes.has(error.code);
  return error instanceof JetStreamError && "code" in error && error.code === 503;
}

/**
 * Does `task` until it is answered, across server deaths. For tasks that may be done twice; they hear how often they
 * failed before. Throws what is not a matter of waiting, and the signal's reason.
 */
export async function persist<T>(
  link: Link,
  timings: Timings,
  task: (failures: number) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  let wait = timings.retryMs;
  for (let failures = 0; ; failures++) {
    await link.untilOpen(signal);
    try {
      return await link.ask(() => task(failures));
    } catch (error) {
      if (link.state.kind === "closed" || !isPassing(error)) throw error;
    }
    if (link.isOpen) await pause(link.clock, wait, signal);
    wait = Math.min(wait * 2, timings.retryLimitMs);
  }
}

/** Runs `task` for 0 to count - 1, at most `width` at a time; the first failure ends it. */
export async function inParallel(
  count: number,
  width: number,
  task: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    try {
      while (next < count) await task(next++);
    } catch (error) {
      next = count;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, lane));
}
