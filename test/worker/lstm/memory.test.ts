import { describe, expect, it } from "vitest";
import { settings, train } from "../../contracts/engine-training.ts";
import { autoregressive } from "../../support/sequence-problems.ts";
import { FusedEngine } from "../../../worker/engines/fused.ts";
import { MachineShop, OutOfMemory } from "../../../worker/lstm/machine.ts";

const wave = autoregressive(64, 6);

describe("memory of the fused engine", () => {
  it("is one block for many trials, one after the other", async () => {
    const shop = new MachineShop();
    const taken = new Set<unknown>();
    const take = shop.take.bind(shop);
    shop.take = (bytes) => {
      const machine = take(bytes);
      taken.add(machine);
      return machine;
    };
    const engine = new FusedEngine(shop);
    for (const hidden of [16, 3, 9, 16]) await train(engine, settings({ hidden }), { set: wave, epochs: 2 });
    expect(taken.size).toBe(1);
  });

  it("leaves nothing of one trial to the next", async () => {
    const engine = new FusedEngine();
    const model = settings({ layers: 2, hidden: 5, dropout: 0.2 });
    const first = await train(engine, model, { set: wave });
    await train(engine, settings({ cell: "gru", hidden: 11, bidirectional: true }), { set: wave });
    const again = await train(engine, model, { set: wave });
    expect(again.losses).toEqual(first.losses);
    expect(again.last).toEqual(first.last);
  });

  it("stays flat over a thousand epochs", async () => {
    const engine = new FusedEngine();
    const model = settings({ hidden: 3, batch_size: 64 });
    const outside = () => process.memoryUsage().arrayBuffers;
    let early = 0;
    let late = 0;
    await train(engine, model, {
      set: wave,
      epochs: 1000,
      onEpoch: (live) => {
        const { epoch } = live.state();
        if (epoch === 100) early = outside();
        if (epoch === 1000) late = outside();
        return Promise.resolve();
      },
    });
    expect(late - early).toBeLessThan(20e6);
  });

  it("says what a model needs that is too large", () => {
    expect(() => new MachineShop().take(5 * 2 ** 30)).toThrow(OutOfMemory);
    expect(() => new MachineShop().take(5 * 2 ** 30)).toThrow("needs 5.0 GiB");
  });
});
