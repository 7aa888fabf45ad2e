import type { Timings } from "../../../worker/protocol/nats/timings.ts";

/** Shorter waits than in a lab, so that a minute holds many faults. Leases are long enough for a busy machine. */
export const faultTimings: Partial<Timings> = {
  heartbeatMs: 400,
  ackWaitMs: 2_500,
  pullMs: 1_000,
  resendMs: 2_000,
  requestMs: 2_000,
  reclaimMs: 1_500,
  checkMs: 3_000,
  lockRenewMs: 800,
  lockLeaseMs: 3_000,
};

/** Silence after which a worker's attempts are given to others. */
export const faultLeaseMs = 3_000;
