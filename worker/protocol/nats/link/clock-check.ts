import type { WorkerInfo } from "../../messages.ts";
import { ClocksDiffer } from "./errors.ts";

/** Far more than a heartbeat is on its way, even a stored one. */
const toleranceMs = 120_000;

/** Compares the clocks of worker machines with this one's, and reports each that is off once. */
export class ClockCheck {
  private readonly now: () => number;
  private readonly onProblem: (problem: Error) => void;
  private readonly off = new Set<string>();

  /** `now`: milliseconds since 1970 by this machine's clock. */
  constructor(now: () => number, onProblem: (problem: Error) => void) {
    this.now = now;
    this.onProblem = onProblem;
  }

  heard({ host, clock }: Pick<WorkerInfo, "host" | "clock">): void {
    if (clock === undefined) return;
    const aheadMs = clock - this.now();
    if (Math.abs(aheadMs) < toleranceMs) {
      this.off.delete(host);
      return;
    }
    if (this.off.has(host)) return;
    this.off.add(host);
    this.onProblem(new ClocksDiffer(host, aheadMs));
  }
}
