import { expect, it } from "vitest";
import { settings } from "../../contracts/engine-training.ts";
import { idleDevice } from "../../support/idle-device.ts";
import { noise } from "../../support/lane-cases.ts";
import { CudaEngine } from "../../../worker/engines/cuda.ts";
import type { Engine, TrainHooks } from "../../../worker/engines/engine.ts";
import { initialWeights } from "../../../worker/engines/init.ts";
import { dimsOf } from "../../../worker/engines/weights.ts";
import { CudaTrouble, outOfMemory } from "../../../worker/lstm/cuda/trouble.ts";

const never = new AbortController().signal;

/** A GPU with this much memory; what is taken of it, and how much was taken at most. */
function cardOf(bytes: number) {
  const pieces = new Map<number, number>();
  const card = { used: 0, most: 0 };
  let top = 4096;
  const device = idleDevice({
    freeBytes: () => bytes - card.used,
    alloc: (size) => {
      if (card.used + size > bytes) throw new CudaTrouble("full", "none", outOfMemory);
      card.used += size;
      card.most = Math.max(card.most, card.used);
      pieces.set((top += size), size);
      return top;
    },
    release: (address) => {
      card.used -= pieces.get(address)!;
      pieces.delete(address);
    },
  });
  return { engine: new CudaEngine(device, { now: () => 0 }), card };
}

const model = settings({ hidden: 128, batch_size: 64 });
const long = noise(2000, 100, 1);

function training(engine: Engine, seed: number): Promise<unknown> {
  const onEpoch: TrainHooks["onEpoch"] = async (_, live) => {
    await live.predict(long, never);
    return "go on";
  };
  return engine.train({ model, train: long, seed, epochs: 2, scored: long }, { onEpoch }, never);
}

it("trials and predictions that do not fit on a GPU together wait for one another", async () => {
  const { engine, card } = cardOf(250 * 2 ** 20);
  const weights = initialWeights(model, dimsOf(long), 1);
  const wide = { ...model, batch_size: 400 }; // 400 rows at once need more than is left free beside lanes
  const trainings = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => training(engine, seed));
  const predictions = [1, 2, 3].map(() => engine.predict(wide, weights, long, never));
  expect(await Promise.all(trainings)).toEqual(trainings.map(() => ({ kind: "complete" })));
  for (const said of await Promise.all(predictions)) expect(said).toHaveLength(2000);
  expect(card.most).toBeGreaterThan(150 * 2 ** 20);
  engine.dispose();
  expect(card.used).toBe(0);
});

it("trials of the same data have one copy of it on the GPU", async () => {
  const alone = cardOf(2 ** 32);
  await training(alone.engine, 1);
  const both = cardOf(2 ** 32);
  await Promise.all([training(both.engine, 1), training(both.engine, 2)]);
  const data = long.values.byteLength + long.starts.byteLength + long.targets.byteLength;
  const counters = 1680 * 1024; // of all lanes
  expect(both.card.most).toBe(2 * alone.card.most - data - counters);
});
