import { readdir, stat, truncate } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { AttemptRef, BlobRef } from "../../worker/protocol/ids.ts";
import type { Order } from "../../worker/protocol/messages.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import type { WorkerBus } from "../../worker/protocol/bus.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { assignment, ended, Memory, quick, report, soon, started, upTo } from "../support/nats-lab.ts";
import { sleep } from "../support/sleep.ts";
import { until } from "../support/until.ts";

async function claimed(worker: WorkerBus): Promise<AttemptRef> {
  const got = await worker.claim(soon());
  if (got === null) throw new Error("nothing was claimed");
  return got.ref;
}

/**
 * For tests in which a request is not answered, which is waited for. Workers have long enough to claim again what they run,
 * also on a busy machine.
 */
const timings = { ...quick, requestMs: 1_500, reclaimMs: 5_000 };

describe("a NATS server that dies (SIGKILL) and comes back", () => {
  it("costs no report: what workers sent meanwhile comes when it is back, in order", async () => {
    const memory = new Memory();
    const coordinator = await lab.coordinator("s1");
    await coordinator.open(memory);
    const worker = await lab.worker("w1");
    await coordinator.offer(assignment("s1", 0));
    const ref = await claimed(worker);
    worker.send(started(ref, "w1"));
    worker.send(report(ref, 1));
    await until(() => memory.numbers(ref).length === 2, "the first reports");

    await server.kill();
    for (let n = 2; n <= 30; n++) worker.send(report(ref, n));
    await until(() => memory.connections.includes("lost"), "the loss to be told");
    await server.up();
    worker.send(ended(ref, 31));
    await worker.flush(soon());

    expect(memory.numbers(ref)).toEqual(upTo(31));
    await until(() => memory.connections.at(-1) === "open", "the connection");
  });

  it("gives no attempt away twice, though acknowledged offers come back", async () => {
    const memory = new Memory();
    const coordinator = await lab.coordinator("s1");
    await coordinator.open(memory);
    const workers = await Promise.all(["w1", "w2", "w3"].map((id) => lab.worker(id)));
    const claims: string[] = [];
    const ending = new AbortController();
    const loops = workers.map(async (worker, index) => {
      for (;;) {
        const got = await worker.claim(ending.signal);
        if (got === null) return;
        claims.push(`${got.ref.trial}`);
        worker.send(started(got.ref, `w${index + 1}`));
        worker.send(ended(got.ref, 1, `w${index + 1}`));
      }
    });
    for (let trial = 0; trial < 60; trial++) {
      await coordinator.offer(assignment("s1", trial));
      if (trial % 20 === 10) {
        await server.kill();
        await server.up();
      }
    }
    await until(() => memory.rows.size === 120, "all trials");
    ending.abort();
    await Promise.all(loops);
    expect(claims.toSorted()).toEqual(Array.from({ length: 60 }, (_, i) => `${i}`).toSorted());
  });

  it("forgets the heartbeats, which are in memory, and hears them again", async () => {
    const memory = new Memory();
    const coordinator = await lab.coordinator("s1");
    await coordinator.open(memory);
    const worker = await lab.worker("w1");
    worker.announce({ id: "w1", host: "here", pid: 1, version: "0", labels: {} });
    await until(() => memory.changes.length > 0, "the first heartbeat");
    await server.kill();
    await server.up();
    await until(() => memory.connections.at(-1) === "open", "the connection");
    const before = memory.changes.length;
    await until(() => memory.changes.length > before, "a heartbeat after the death");
    const later = new Memory();
    await (await lab.coordinator("s2")).open(later);
    const seen = { kind: "seen", worker: expect.objectContaining({ id: "w1" }) };
    await until(() => later.changes.length > 0, "the heartbeat, to another coordinator");
    expect(later.changes).toContainEqual(expect.objectContaining(seen));
  });

  it("may lose its newest reports (a torn file): they come again from the workers", async () => {
    const memory = new Memory();
    const coordinator = await lab.coordinator("s1");
    await coordinator.open(memory);
    const worker = await lab.worker("w1");
    await coordinator.offer(assignment("s1", 0));
    const ref = await claimed(worker);
    worker.send(started(ref, "w1"));
    await worker.flush(soon());
    await coordinator.abandon();
    for (let n = 1; n <= 50; n++) worker.send(report(ref, n));
    await until(async () => (await newestBlock()).bytes > 8_000, "the reports on the server's disk");

    await server.kill();
    const block = await newestBlock();
    await truncate(block.file, Math.floor(block.bytes / 2));
    await server.up();
    const next = new Memory();
    await (await lab.coordinator("s1")).open(next);
    await worker.flush(soon());
    expect(next.numbers(ref).filter((n) => n > 0)).toEqual(upTo(50).slice(1));
  });
});

async function newestBlock(): Promise<{ file: string; bytes: number }> {
  const folder = path.join(server.store, "jetstream", "$G", "streams", "SEQTUNE_REPORTS", "msgs");
  const blocks = (await readdir(folder)).filter((name) => name.endsWith(".blk")).toSorted();
  const file = path.join(folder, blocks.at(-1)!);
  return { file, bytes: (await stat(file)).size };
}

describe("a NATS server that lost everything (its store was wiped)", () => {
  it("is filled again: reports, offers, orders, claims and files", async () => {
    const memory = new Memory();
    const coordinator = await lab.coordinator("s1", { timings });
    await coordinator.open(memory);
    const data = await coordinator.blobs.put(new TextEncoder().encode("rows of data"));
    const worker = await lab.worker("w1", { timings });
    const other = await lab.worker("w2", { timings });
    await coordinator.offer(assignment("s1", 0));
    const ref = await claimed(worker);
    worker.send(started(ref, "w1"));
    const model: BlobRef = await worker.blobs.put(new TextEncoder().encode("weights"));
    await worker.flush(soon());
    await coordinator.order(ref, { kind: "stop", reason: "worse than the median" });
    await coordinator.offer(assignment("s1", 1));

    memory.failing = true; // committed nowhere, so only the spool has them
    worker.send(report(ref, 1));
    await server.kill();
    await server.wipe();
    worker.send(report(ref, 2));
    await server.up();
    memory.failing = false;
    await worker.flush(soon());

    expect(memory.numbers(ref)).toEqual([0, 1, 2]);
    const heard: Order[] = [];
    worker.onOrder(ref, (order) => heard.push(order));
    await until(() => heard.length > 0, "the order, kept");
    expect((await claimed(other)).trial).toBe(1);
    expect(await other.blobs.get(data)).toEqual(new TextEncoder().encode("rows of data"));
    await until(() => other.blobs.has(model), "the model, stored again by its worker");
    // The running attempt stayed its worker's: nothing else is on the queue.
    expect(await other.claim(AbortSignal.timeout(1_500))).toBeNull();
  });
});

describe("a coordinator that dies", () => {
  it("is followed by one that gets every message again that was not let go", async () => {
    const first = new Memory();
    const coordinator = await lab.coordinator("s1", { owner: "lab:/study.db" });
    await coordinator.open(first);
    const worker = await lab.worker("w1");
    await coordinator.offer(assignment("s1", 0));
    const ref = await claimed(worker);
    worker.send(started(ref, "w1"));
    await coordinator.order(ref, { kind: "pause", reason: "rung 1" });
    await until(() => first.rows.size === 1, "the start");
    first.failing = true;
    for (let n = 1; n <= 5; n++) worker.send(report(ref, n));
    await coordinator.abandon();
    for (let n = 6; n <= 9; n++) worker.send(report(ref, n));
    const heard: Order[] = [];
    worker.onOrder(ref, (order) => heard.push(order));
    await until(() => heard.length > 0, "the order of the dead coordinator");

    const second = new Memory();
    // Longer than this test may take: with the same database there is no waiting for the dead one's lease.
    const timings = { ...quick, lockLeaseMs: 3_600_000 };
    const next = await lab.coordinator("s1", { owner: "lab:/study.db", timings });
    await next.open(second);
    worker.send(ended(ref, 10));
    await worker.flush(soon());
    expect([...new Set([...first.numbers(ref), ...second.numbers(ref)])]).toEqual(upTo(10));
    expect(second.numbers(ref).filter((n) => n > 0)).toEqual(upTo(10).slice(1));
  });

  it("had its messages committed but not let go: they come again, and nothing else is different", async () => {
    const first = new Memory();
    const coordinator = await lab.coordinator("s1", { timings: { ...quick, doneMs: 60_000 } });
    await coordinator.open(first);
    const worker = await lab.worker("w1");
    await coordinator.offer(assignment("s1", 0));
    const ref = await claimed(worker);
    for (const message of [started(ref, "w1"), report(ref, 1), ended(ref, 2)]) worker.send(message);
    await until(() => first.rows.size === 3, "the commit");
    await coordinator.abandon();
    const second = new Memory();
    await (await lab.coordinator("s1")).open(second);
    await worker.flush(soon());
    expect(second.numbers(ref)).toEqual([0, 1, 2]);
  });
});

describe("two coordinators of one study", () => {
  it("never both drive it: the second is refused while the first lives, and takes over when it is dead", async () => {
    const coordinator = await lab.coordinator("s1");
    await coordinator.open(new Memory());
    const rival = await lab.coordinator("s1", { timings: { ...quick, lockLeaseMs: 60_000 } });
    await expect(rival.open(new Memory())).rejects.toThrow(/study s1 is already driven by process \d+ on/);
    await coordinator.abandon();
    await (await lab.coordinator("s1")).open(new Memory());
  });

  it("the one that was paused for longer than its lease touches nothing when it wakes", async () => {
    let frozenMs = 0;
    const first = new Memory();
    const paused = await lab.coordinator("s1", {
      clock: { ...systemClock, monotonic: () => systemClock.monotonic() + frozenMs },
      timings: { ...quick, lockRenewMs: 600_000, checkMs: 600_000 }, // its timers stand still, as under SIGSTOP
    });
    await paused.open(first);
    const second = new Memory();
    await (await lab.coordinator("s1")).open(second);
    frozenMs = 60_000;
    const worker = await lab.worker("w1");
    const { ref } = assignment("s1", 0);
    worker.send(started(ref, "w1"));
    await worker.flush(soon());
    expect(second.numbers(ref)).toEqual([0]);
    expect(first.numbers(ref)).toEqual([]);
    await expect(paused.offer(assignment("s1", 1))).rejects.toThrow("already driven");
    expect(lab.superseded).toHaveLength(1);
  });
});

describe("a worker that dies", () => {
  it("leaves a spool that the next worker on its machine sends", async () => {
    const memory = new Memory();
    const coordinator = await lab.coordinator("s1");
    await coordinator.open(memory);
    const worker = await lab.worker("w1", { folder: lab.folder("machine") });
    await coordinator.offer(assignment("s1", 0));
    const ref = await claimed(worker);
    await server.kill();
    worker.send(started(ref, "w1"));
    worker.send(report(ref, 1));
    await worker.abandon();
    await server.up();
    const next = await lab.worker("w2", { folder: lab.folder("machine") });
    await until(() => memory.numbers(ref).length === 2, "the dead worker's reports");
    await next.flush(soon());
    await next.close();
    expect(await readdir(path.join(lab.folder("machine"), "spool"))).toEqual([]);
  });

  it("between its claim and its first message is known by its claim, and no other worker gets the attempt", async () => {
    const memory = new Memory();
    const coordinator = await lab.coordinator("s1");
    await coordinator.open(memory);
    const worker = await lab.worker("w1");
    await coordinator.offer(assignment("s1", 0));
    await claimed(worker);
    await worker.abandon();
    await until(() => memory.claims.length > 0, "the claim to be told");
    expect(memory.claims).toEqual(["s1.0.1 w1"]);
    const other = await lab.worker("w2");
    await coordinator.offer(assignment("s1", 0, 2));
    expect(await claimed(other)).toEqual({ study: "s1", trial: 0, attempt: 2 });
    expect(await other.claim(AbortSignal.timeout(2_500))).toBeNull();
  });

  it("says goodbye when it ends by itself", async () => {
    const memory = new Memory();
    await (await lab.coordinator("s1")).open(memory);
    const worker = await lab.worker("w1");
    worker.announce({ id: "w1", host: "here", pid: 1, version: "0", labels: {} });
    await until(() => memory.changes.length > 0, "the heartbeat");
    await worker.close();
    await until(() => memory.changes.at(-1)?.kind === "gone", "the goodbye");
  });
});

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
