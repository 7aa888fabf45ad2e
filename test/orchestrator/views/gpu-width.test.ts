import { expect, it } from "vitest";
import { narrowForGpu } from "../../../orchestrator/views/check/gpu-width.ts";

const cuda = { count: 1, engine: "cuda" } as const;

it.each([
  ["a grid of fewer trials than cores", cuda, 6, "at most 6 trials train at once (the sweep has 6 trials)"],
  [
    "fewer lanes than cores",
    { ...cuda, lanes: 4 },
    200,
    "at most 4 trials train at once (workers: has 4 lanes)",
  ],
] as const)(
  "a sweep for the engine cuda with %s is told that a GPU gains nothing",
  (_, workers, trials, words) => {
    expect(narrowForGpu({ workers }, trials, 16)).toEqual([expect.stringContaining(words)]);
  },
);

it("a wide sweep, and one for another engine, are told nothing about GPUs", () => {
  expect(narrowForGpu({ workers: cuda }, 200, 16)).toEqual([]);
  expect(narrowForGpu({ workers: { ...cuda, count: 4, lanes: 4 } }, 200, 16)).toEqual([]);
  expect(narrowForGpu({ workers: { ...cuda, engine: "auto" } }, 2, 16)).toEqual([]);
});
