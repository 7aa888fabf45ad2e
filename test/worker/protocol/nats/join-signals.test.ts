import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { joinSignals } from "../../../../worker/protocol/nats/link/join-signals.ts";

it("fires with the first of its signals, for its reason", () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const { signal } = joinSignals([first.signal, second.signal]);
  second.abort("over");
  first.abort("too late");
  expect(signal.reason).toBe("over");
  expect(joinSignals([new AbortController().signal, second.signal]).signal.reason).toBe("over");
});

it("a joined signal leaves nothing on its signals when it is released", () => {
  const long = new AbortController();
  const { signal, release } = joinSignals([long.signal, new AbortController().signal]);
  expect(getEventListeners(long.signal, "abort")).toHaveLength(1);
  release();
  expect(getEventListeners(long.signal, "abort")).toEqual([]);
  long.abort();
  expect(signal.aborted).toBe(false);
});
