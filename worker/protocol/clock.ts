import { untilCalled } from "./waits.ts";

/**
 * Time, passed in so that tests can hold it still or make it jump. Timers are set here and nowhere else
 * (test/architecture.test.ts names the exceptions).
 */
export interface Clock {
  /** Milliseconds since 1970, for records. May jump when somebody sets the clock. */
  now(): number;
  /** Milliseconds since this process began, which only ever grow: for durations and leases. */
  monotonic(): number;
  /** Calls back every `ms` milliseconds until the returned function is called. */
  every(ms: number, callback: () => void): () => void;
  /** Calls back once after `ms` milliseconds, unless the returned function is called before. */
  after(ms: number, callback: () => void): () => void;
  /** As `after`, for what no process need stay alive for. */
  idle(ms: number, callback: () => void): () => void;
}

/** setTimeout cannot wait longer than this. */
const longestTimeoutMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  every: (ms, callback) => {
    const timer = setInterval(callback, ms);
    return () => clearInterval(timer);
  },
  after: (ms, callback) => {
    const timer = setTimeout(callback, Math.min(ms, longestTimeoutMs));
    return () => clearTimeout(timer);
  },
  idle: (ms, callback) => {
    const timer = setTimeout(callback, Math.min(ms, longestTimeoutMs)).unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`, or when the signal fires. */
export async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  await untilCalled((done) => clock.after(ms, done), signal);
}

/** Fires after `ms`, as `AbortSignal.timeout` does by the system's clock. */
export function timeout(clock: Clock, ms: number): AbortSignal {
  const controller = new AbortController();
  clock.idle(ms, () => controller.abort());
  return controller.signal;
}
