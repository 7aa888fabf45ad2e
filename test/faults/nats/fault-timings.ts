import { z } from "zod";
import { parseTimings } from "../../../worker/protocol/nats/link/parse-timings.ts";
import type { Timings } from "../../../worker/protocol/nats/link/timings.ts";

/** SEQTUNE_FAULT_SEEDS makes the tests of faults long. */
export const isLong = process.env["SEQTUNE_FAULT_SEEDS"] !== undefined;

/** How long a worker is cut off: for less than its lease, and for longer; in the long form 12 s and 120 s. */
export const shortMs = isLong ? 12_000 : 2_000;
export const longMs = isLong ? 120_000 : 6_000;
/** Of a worker that is not to be done before it was told to stop, which it is between epochs. */
export const slowEpochMs = isLong ? 5_000 : 3_000;

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

/**
 * The times of a process of these tests: those above, unless SEQTUNE_TEST_TIMINGS gives others (JSON, as for the
 * command line).
 */
export function processTimings(): { readonly timings: Partial<Timings>; readonly leaseMs: number } {
  const text = process.env["SEQTUNE_TEST_TIMINGS"];
  if (text === undefined) return { timings: faultTimings, leaseMs: faultLeaseMs };
  const schema = z.looseObject({ leaseMs: z.number().gt(0) });
  const { leaseMs, ...timings } = schema.parse(JSON.parse(text));
  return { timings: parseTimings(timings), leaseMs };
}
