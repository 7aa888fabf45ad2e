import { expect, it } from "vitest";
import { settings } from "../../../contracts/engine-training.ts";
import { idleDevice } from "../../../support/idle-device.ts";
import { noise } from "../../../support/lane-cases.ts";
import { CudaEngine } from "../../../../worker/engines/cuda.ts";

/** Trains four lanes alike for two epochs; what happened, in order. Scoring an epoch takes `scoringMs` of a clock. */
async function happenings(scoringMs: number): Promise<readonly string[]> {
  const found: string[] = [];
  let now = 0;
  const device = idleDevice({
    launch: (kernel) => void (kernel === "advance" && found.at(-1) !== "turns" && found.push("turns")),
  });
  const engine = new CudaEngine(device, { now: () => now });
  const job = { model: settings(), train: noise(20, 2, 1), epochs: 2 };
  const trainings = [1, 2, 3, 4].map((seed) =>
    engine.train(
      { ...job, seed },
      {
        onEpoch: ({ epoch }) => {
          found.push(`lane ${seed} epoch ${epoch}`);
          now += scoringMs;
          return Promise.resolve("go on");
        },
      },
      new AbortController().signal,
    ),
  );
  await Promise.all(trainings);
  return found;
}

it("lanes that end an epoch together train again before the last of them is scored, where scoring takes time", async () => {
  const found = await happenings(1000);
  const firstAgain = found.indexOf("turns", found.indexOf("lane 1 epoch 1"));
  expect(firstAgain).toBeLessThan(found.indexOf("lane 4 epoch 1"));
  expect(found.filter((what) => what.startsWith("lane"))).toHaveLength(8);
});

it("lanes stay together where scoring takes no time worth mentioning", async () => {
  expect(await happenings(0)).toEqual([
    "turns",
    ...[1, 2, 3, 4].map((lane) => `lane ${lane} epoch 1`),
    "turns",
    ...[1, 2, 3, 4].map((lane) => `lane ${lane} epoch 2`),
  ]);
});
