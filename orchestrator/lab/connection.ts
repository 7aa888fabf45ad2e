import type { LinkOptions } from "../../worker/protocol/nats/link/dial.ts";
import type { Timings } from "../../worker/protocol/nats/link/timings.ts";

/** How to reach a lab. `servers` without credentials: who this is stands in `auth`. */
export interface LabConnection extends Omit<LinkOptions, "name"> {
  /** First part of every name on the server; two labs share one by two prefixes. */
  readonly prefix?: string;
  /** Copies of each stream in a cluster of servers; default: 3 in one of three or more. */
  readonly replicas?: number;
  readonly timings?: Partial<Timings>;
  /** Silence after which a worker's attempts are given to others, milliseconds. */
  readonly leaseMs?: number;
}
