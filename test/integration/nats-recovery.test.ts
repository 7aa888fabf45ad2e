import { readdir, stat, truncate } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import type { Order } from "../../worker/protocol/messages.ts";
import { lab, server } from "../support/lab-per-test.ts";
import {
  assignment,
  claimed,
  ended,
  Memory,
  quick,
  report,
  soon,
  started,
  upTo,
} from "../support/nats-lab.ts";
import { until } from "../support/until.ts";

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
    await until(() => memory.connections.includes("lost"), "the loss to be reported");
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
