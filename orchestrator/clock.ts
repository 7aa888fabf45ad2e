/** Time, passed in so that tests can hold it still. */
export interface Clock {
  /** Milliseconds since 1970, for records. May jump when somebody sets the clock. */
  now(): number;
  /** Milliseconds that only ever grow, for durations and leases. */
  monotonic(): number;
  /** Calls back every `ms` milliseconds until the returned function is called. */
  every(ms: number, callback: () => void): () => void;
  /** Calls back once after `ms` milliseconds, unless the returned function is called before. */
  after(ms: number, callback: () => void): () => void;
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
};
