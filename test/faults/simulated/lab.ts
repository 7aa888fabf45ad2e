import { setImmediate as turn } from "node:timers/promises";
import { rngFor, type Rng } from "../../../search/random.ts";
import type { Timings } from "../../../worker/protocol/nats/link/timings.ts";
import { SimulatedJetStream } from "./jetstream/server.ts";
import { SimulatedWire } from "./jetstream/wire.ts";
import { VirtualTime, type Life } from "./time.ts";

/** Everything a few times faster than by default, in the same order: deaths come every second here. */
export const labTimings: Partial<Timings> = {
  heartbeatMs: 1_000,
  resendMs: 3_000,
  resendLimitMs: 60_000,
  lockRenewMs: 600,
  lockLeaseMs: 2_000,
  ackWaitMs: 3_000,
  pullMs: 2_000,
  checkMs: 5_000,
  reclaimMs: 1_000,
  requestMs: 1_000,
  bulkRequestMs: 4_000,
  purgeMs: 200,
  retryMs: 50,
  retryLimitMs: 1_000,
};

/** Mistakes of a program, which no fault of a machine excuses. */
const mistakes = new Set([
  "TypeError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "AssertionError",
  "ZodError",
]);

/** What all processes of a simulated world have in common: time, chance, the server, and what must never happen. */
export class SimulatedLab {
  readonly seed: number;
  readonly time = new VirtualTime();
  readonly server: SimulatedJetStream;
  /** What must never happen, and did. */
  readonly violations: string[] = [];
  private readonly rng: Rng;

  constructor(seed: number) {
    this.seed = seed;
    this.rng = rngFor(seed, "network");
    this.server = new SimulatedJetStream(this.time, rngFor(seed, "server"));
  }

  async dial(life: Life): Promise<SimulatedWire> {
    const { server, time, rng } = this;
    const { requestMs = 5_000, retryMs = 250 } = labTimings;
    return await SimulatedWire.dial({ server, time, rng, life, requestMs, retryMs });
  }

  /** Promises go on as far as they can, then the next thing happens. */
  async step(): Promise<void> {
    for (let n = 0; n < 5; n++) await turn();
    this.time.step();
  }

  /** What a person would be shown. */
  problem(who: string, problem: Error): void {
    if (mistakes.has(problem.name)) this.violations.push(`${who}: ${problem.stack ?? problem.message}`);
  }
}
