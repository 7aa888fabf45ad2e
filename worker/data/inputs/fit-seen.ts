import type { Arranged } from "../split/arrange.ts";
import { usualStep } from "../split/usual-step.ts";
import type { Seen } from "./pipeline.ts";

/** What the training rows look like, to tell new data that do not. */
export function fitSeen(arranged: Arranged, ranges: Seen["ranges"]): Seen {
  const step = usualStep(arranged);
  return { ...(step !== undefined && step > 0 && { step }), ranges };
}
