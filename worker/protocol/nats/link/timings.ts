/** Every time and size of the bus, in one place, so that tests can shorten them. Milliseconds and bytes. */
export interface Timings {
  /** A report waits at most this long for others before it is committed. */
  readonly flushMs: number;
  readonly flushMessages: number;
  /** Committed watermarks are written at most this often. */
  readonly doneMs: number;
  /** Committed messages are removed from the server at most this often. */
  readonly purgeMs: number;
  readonly heartbeatMs: number;
  /** A connection that is silent is asked this often; after two answers that did not come it is given up. */
  readonly pingMs: number;
  /** First wait before what was not committed is sent again; doubles up to `resendLimitMs`. */
  readonly resendMs: number;
  readonly resendLimitMs: number;
  /** The coordinator proves this often that it lives, and is taken for dead after `lockLeaseMs` of silence. */
  readonly lockRenewMs: number;
  readonly lockLeaseMs: number;
  /** A pulled offer that was neither claimed nor refused goes to another worker after this. */
  readonly ackWaitMs: number;
  /** How long an idle worker waits at the server before it asks again. */
  readonly pullMs: number;
  /** Both ends look this often whether the server still has what it had. */
  readonly checkMs: number;
  /** After the server lost its memory workers get this long to claim again what they run. */
  readonly reclaimMs: number;
  /** Limit for one request to the server. */
  readonly requestMs: number;
  /** Limit for one chunk of a file that came late before: slow networks get more time with each failure. */
  readonly bulkRequestMs: number;
  /** First and longest wait before something that failed is tried again. */
  readonly retryMs: number;
  readonly retryLimitMs: number;
  /** How long a file is kept trying while the server has no room for it. */
  readonly putPatienceMs: number;
  /** How long an end waits for workers, or for a server that does not answer. */
  readonly endMs: number;
  /** What an attempt that ended leaves on the server is removed when it is this old. */
  readonly keepEndedMs: number;
  /** A file whose upload was never finished is removed when it is this old. */
  readonly orphanMs: number;
}

export const defaultTimings: Timings = {
  flushMs: 25,
  flushMessages: 200,
  doneMs: 100,
  purgeMs: 1_000,
  heartbeatMs: 10_000,
  pingMs: 5_000,
  resendMs: 30_000,
  resendLimitMs: 3_600_000,
  lockRenewMs: 3_000,
  lockLeaseMs: 10_000,
  ackWaitMs: 15_000,
  pullMs: 5_000,
  checkMs: 30_000,
  reclaimMs: 5_000,
  requestMs: 5_000,
  bulkRequestMs: 30_000,
  retryMs: 250,
  retryLimitMs: 5_000,
  putPatienceMs: 600_000,
  endMs: 45_000,
  keepEndedMs: 600_000,
  orphanMs: 3_600_000,
};
