import { isStreamFull } from "./api-errors.ts";
import { LimitsReached } from "./errors.ts";
import { StreamFull } from "./traffic-errors.ts";

/** What to say where the server has no room for something of this stream: whose limit it is decides what helps. */
export function noRoom(stream: string, what: string, error: unknown): LimitsReached | StreamFull {
  return isStreamFull(error) ? new StreamFull(stream, what, error) : new LimitsReached(what, error);
}
