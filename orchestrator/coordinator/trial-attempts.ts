import type { Clock } from "../../worker/protocol/clock.ts";
import type { Driver } from "../study/driver.ts";
import type { Trials } from "../study/trials.ts";
import type { OpenAttempts } from "./crew.ts";

/** The attempts of a study's trials as its crew sees them: the study's machine hears, and records, what becomes of them. */
export function trialAttempts(
  trials: Trials,
  driver: Pick<Driver, "send" | "note">,
  clock: Clock,
): OpenAttempts {
  return {
    get openCount() {
      return trials.openCount;
    },
    open: () =>
      trials.open().map((trial) => ({
        ref: trials.ref(trial),
        worker: trial.worker,
        startedAt: trial.startedAt,
      })),
    claimed: (ref, worker) => driver.note({ kind: "claimed", ref, worker }),
    heardOf: (ref) => driver.note({ kind: "heard_of", ref }),
    deserted: (ref, died, reason) => driver.send({ kind: "deserted", ref, died, reason, at: clock.now() }),
  };
}
