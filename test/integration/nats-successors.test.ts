/** Coordinators and workers that follow others. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../worker/protocol/clock.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { assignment, claimed, Memory, quick, report, soon, started } from "../support/nats-lab.ts";
import { until } from "../support/until.ts";

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
    await until(() => memory.claims.length > 0, "the claim to be reported");
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
