/** Offers and orders while a server or a worker is away. */
import { describe, expect, it } from "vitest";
import type { AttemptRef } from "../../worker/protocol/ids.ts";
import type { Order } from "../../worker/protocol/messages.ts";
import type { WorkerBus } from "../../worker/protocol/bus.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { assignment, claimed, Memory, quick } from "../support/nats-lab.ts";
import { sleep } from "../support/sleep.ts";
import { until } from "../support/until.ts";

/**
 * For tests in which a request is not answered, which is waited for. Workers have long enough to claim again what they run,
 * also on a busy machine.
 */
const timings = { ...quick, requestMs: 1_500, reclaimMs: 5_000 };

describe("offers", () => {
  it("that require labels go to workers that have them", async () => {
    const coordinator = await lab.coordinator("s1", { requires: { gpu: "a100" } });
    await coordinator.open(new Memory());
    const plain = await lab.worker("w1", { labels: { gpu: "t4" } });
    const fitting = await lab.worker("w2", { labels: { gpu: "a100", room: "3" } });
    const nothing = plain.claim(AbortSignal.timeout(1_000));
    await coordinator.offer(assignment("s1", 0));
    expect((await claimed(fitting)).trial).toBe(0);
    expect(await nothing).toBeNull();
  });

  it("made while the server is away are made when it is back", async () => {
    const coordinator = await lab.coordinator("s1");
    await coordinator.open(new Memory());
    const worker = await lab.worker("w1");
    await server.kill();
    await coordinator.offer(assignment("s1", 3));
    await server.up();
    expect((await claimed(worker)).trial).toBe(3);
  });

  it("made while the server is connected but answers nothing are made when it goes on", async () => {
    const coordinator = await lab.coordinator("s1", { timings });
    await coordinator.open(new Memory());
    const worker = await lab.worker("w1");
    server.stop();
    await sleep(1_000); // longer than this coordinator's lock, so it must renew before it offers
    await coordinator.offer(assignment("s1", 3));
    expect(lab.problems.map((problem) => problem.name)).toContain("ServerSilent");
    server.cont();
    expect((await claimed(worker)).trial).toBe(3);
  });

  it("taken back can be made again, and cannot be taken back once claimed", async () => {
    const coordinator = await lab.coordinator("s1");
    await coordinator.open(new Memory());
    const worker = await lab.worker("w1");
    const { ref } = assignment("s1", 0);
    await coordinator.offer(assignment("s1", 0));
    expect(await coordinator.withdraw(ref)).toBe(true);
    expect(await worker.claim(AbortSignal.timeout(500))).toBeNull();
    await coordinator.offer(assignment("s1", 0));
    expect(await claimed(worker)).toEqual(ref);
    expect(await coordinator.withdraw(ref)).toBe(false);
  });

  it("find a worker that was started before any coordinator, or before the server", async () => {
    await server.kill();
    const states: string[] = [];
    const waiting = lab.worker("w1", { onState: (state) => states.push(state.kind) });
    await until(() => states.includes("connecting"), "the worker to wait");
    await server.up();
    const claim = claimed(await waiting);
    const coordinator = await lab.coordinator("s1");
    await coordinator.open(new Memory());
    await coordinator.offer(assignment("s1", 0));
    expect((await claim).trial).toBe(0);
  });
});

/** What a worker that begins to listen now hears within a moment. */
async function ordersNow(worker: WorkerBus, ref: AttemptRef): Promise<Order[]> {
  const heard: Order[] = [];
  const stop = worker.onOrder(ref, (order) => heard.push(order));
  await worker.claim(AbortSignal.timeout(200));
  stop();
  return heard;
}

describe("orders", () => {
  it("given while the worker is cut off are heard on its return", async () => {
    const coordinator = await lab.coordinator("s1");
    await coordinator.open(new Memory());
    const { ref } = assignment("s1", 7);
    await coordinator.order(ref, { kind: "stop", reason: "too slow" });
    await server.kill();
    await server.up();
    const worker = await lab.worker("w1");
    const heard: Order[] = [];
    worker.onOrder(ref, (order) => heard.push(order));
    await until(() => heard.length > 0, "the order");
    await coordinator.settle(ref);
    await until(async () => (await ordersNow(worker, ref)).length === 0, "the order to be forgotten");
    expect(heard).toEqual([{ kind: "stop", reason: "too slow" }]);
  });
});
