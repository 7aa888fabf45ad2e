import { describe, expect, it } from "vitest";
import { settings } from "../../../contracts/engine-training.ts";
import { idleDevice } from "../../../support/idle-device.ts";
import { noise } from "../../../support/lane-cases.ts";
import type { TrainHooks } from "../../../../worker/engines/engine.ts";
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

/** Until it is so, or for this many turns of the event loop. */
async function within(turns: number, isSo: () => boolean): Promise<boolean> {
  for (let turn = 0; turn < turns && !isSo(); turn++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return isSo();
}

describe("a lane whose epoch is being scored", () => {
  const train = noise(20, 2, 1); // two batches
  const scored = noise(20, 2, 1);

  /** Trains, and waits in the first epoch's hook: whether batches were computed, and how many steps were heard of, meanwhile. */
  async function whileScored(schedule: "constant" | "reduce_on_plateau") {
    let [batches, steps, computed, heard] = [0, 0, false, 0];
    const device = idleDevice({ launch: (kernel) => void (kernel === "update" && batches++) });
    const engine = new CudaEngine(device, { now: () => 0 });
    const end = await engine.train(
      { model: settings({ schedule }), train, seed: 1, epochs: 3, scored },
      {
        onStep: () => void steps++,
        onEpoch: async ({ epoch }) => {
          if (epoch === 1) {
            computed = await within(100, () => batches === 4);
            heard = steps;
          }
          return "go on";
        },
      },
      new AbortController().signal,
    );
    return { end, computed, heard, steps, batches };
  }

  it("trains on meanwhile, one epoch ahead, and its steps are heard of afterwards", async () => {
    expect(await whileScored("constant")).toEqual({
      end: { kind: "complete" },
      computed: true,
      heard: 2,
      steps: 6,
      batches: 6,
    });
  });

  it("waits for the score where the learning rate follows it", async () => {
    const { computed, batches } = await whileScored("reduce_on_plateau");
    expect({ computed, batches }).toEqual({ computed: false, batches: 6 });
  });

  it("has all its memory before it begins: nothing is allocated while it trains", async () => {
    const happened: string[] = [];
    let top = 4096;
    const device = idleDevice({
      alloc: (bytes) => {
        happened.push("alloc");
        return (top += bytes);
      },
      launch: () => void happened.push("launch"),
    });
    const engine = new CudaEngine(device, { now: () => 0 });
    const onEpoch: TrainHooks["onEpoch"] = async (_, live) => {
      await live.predict(scored, new AbortController().signal);
      return "go on";
    };
    const job = { model: settings({ layers: 2 }), train, seed: 1, epochs: 3, scored };
    await engine.train(job, { onEpoch }, new AbortController().signal);
    expect(happened.indexOf("launch")).toBeGreaterThan(0);
    expect(happened.lastIndexOf("alloc")).toBeLessThan(happened.indexOf("launch"));
  });

  it.each(["stop", "throw"] as const)("is given back, with what it computed ahead, on %s", async (how) => {
    const [taken, given] = [new Set<number>(), new Set<number>()];
    let top = 4096;
    const device = idleDevice({
      alloc: (bytes) => {
        taken.add((top += bytes));
        return top;
      },
      release: (address) => void given.add(address),
    });
    const engine = new CudaEngine(device, { now: () => 0 });
    const onEpoch = () =>
      how === "stop" ? Promise.resolve("stop" as const) : Promise.reject(new Error("no"));
    const job = { model: settings(), train, seed: 1, epochs: 3, scored };
    const end = await engine.train(job, { onEpoch }, new AbortController().signal).catch(String);
    engine.dispose();
    expect(end).toEqual(how === "stop" ? { kind: "stopped" } : "Error: no");
    expect(given).toEqual(taken);
  });
});

it("orders are heard within 50 ms, also when a trial joins that is a thousand times as large as the others", async () => {
  let [now, cost, lastRest, longest] = [0, 0, 0, 0];
  const device = idleDevice({
    launch: (kernel, [blocks]) => {
      if (kernel === "forward") cost = blocks >= 8 ? 20 : 0.02;
      if (kernel === "advance") now += cost;
    },
    idle: () => {
      longest = Math.max(longest, now - lastRest);
      lastRest = now;
      return true;
    },
  });
  const engine = new CudaEngine(device, { now: () => now });
  const stop = new AbortController();
  const onEpoch = () => Promise.resolve("go on" as const);
  const small = { model: settings({ hidden: 2 }), train: noise(20_000, 2, 1), seed: 1, epochs: 1_000_000 };
  const large = {
    model: settings({ hidden: 128, batch_size: 64 }),
    train: noise(256, 64, 1),
    seed: 1,
    epochs: 2,
  };
  const first = engine.train(small, { onEpoch }, stop.signal);
  expect(await within(10_000, () => now > 300)).toBe(true);
  await engine.train(large, { onEpoch }, stop.signal);
  stop.abort();
  expect(await first).toEqual({ kind: "aborted" });
  expect(longest).toBeLessThan(50);
  expect(longest).toBeGreaterThan(10);
});
