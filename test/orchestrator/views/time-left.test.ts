import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { timeLeft } from "../../../orchestrator/views/time-left.ts";

const nothing = { waiting: 0, running: [], lengths: new Map<number, number>(), epochs: 10, rate: 1 };

describe("the time left", () => {
  it("is unknown before two trials have ended, and before any epoch was timed", () => {
    expect(timeLeft({ ...nothing, waiting: 5, lengths: new Map([[10, 1]]) })).toBeNull();
    expect(timeLeft({ ...nothing, waiting: 5, lengths: new Map([[10, 4]]), rate: 0 })).toBeNull();
    expect(timeLeft(nothing)).toBe(0);
  });

  it("is all epochs of the trials that wait and the rest of those that run, where none is stopped", () => {
    const left = timeLeft({ ...nothing, waiting: 3, running: [4, 9], lengths: new Map([[10, 5]]), rate: 2 });
    expect(left).toBeCloseTo((3 * 10 + 6 + 1) / 2, 9);
  });

  it("knows that trials are stopped early, and that one which came far goes on", () => {
    // Half end after 2 epochs; those that go on reach 10.
    const lengths = new Map([
      [2, 4],
      [10, 4],
    ]);
    expect(timeLeft({ ...nothing, waiting: 1, lengths })).toBeCloseTo(6, 9);
    expect(timeLeft({ ...nothing, running: [5], lengths })).toBeCloseTo(5, 9);
  });

  it("is not misled by short trials that end first", () => {
    // So far only trials that were stopped have ended; eight others have come further.
    const lengths = new Map([[2, 2]]);
    const running = Array.from({ length: 8 }, () => 6);
    const left = timeLeft({ ...nothing, waiting: 10, running, lengths })!;
    const byEndedAlone = 10 * 2;
    expect(left - 8 * 4).toBeCloseTo(10 * (2 + 8 * 0.8), 9);
    expect(left).toBeGreaterThan(2 * byEndedAlone);
  });

  it("is near the truth in the middle of a study with pruning", () => {
    const rng = rngFor(3, "time-left");
    const lengthOf = (): number => (rng.next() < 0.6 ? 1 + rng.int(4) : 20);
    const all = Array.from({ length: 400 }, lengthOf);
    const ended = all.slice(0, 200);
    const lengths = new Map<number, number>();
    for (const length of ended) lengths.set(length, (lengths.get(length) ?? 0) + 1);
    const truth = all.slice(200).reduce((sum, length) => sum + length, 0);
    const left = timeLeft({ waiting: 200, running: [], lengths, epochs: 20, rate: 1 })!;
    expect(Math.abs(left / truth - 1)).toBeLessThan(0.15);
  });
});
