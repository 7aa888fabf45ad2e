/** Workers that come back when their study is over and no coordinator listens to them any more. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { until } from "../support/until.ts";
import { assignment, ended, Memory, quick, report, soon, started, upTo } from "../support/nats-lab.ts";

/** Also remembers who sent what. */
class Heard extends Memory {
  private readonly all: WorkerMessage[] = [];

  override commit(messages: readonly WorkerMessage[]): void {
    super.commit(messages);
    this.all.push(...messages);
  }

  /** Numbers of the messages of one worker, each once. */
  from(worker: string): number[] {
    return [...new Set(this.all.filter((message) => message.worker === worker).map(({ n }) => n))];
  }
}

it("a worker that was lost keeps nothing of a study that ended without it", async () => {
  const coordinator = await lab.coordinator("s1");
  await coordinator.open(new Memory());
  const worker = await lab.worker("w1");
  await coordinator.offer(assignment("s1", 0));
  const { ref } = (await worker.claim(soon()))!;
  await server.kill();
  worker.send(started(ref, "w1"));
  worker.send(report(ref, 1));
  await worker.abandon();

  await server.up();
  await coordinator.dismiss([ref]);
  await coordinator.close();

  const back = await lab.worker("w1");
  const over = soon();
  await back.flush(over);
  expect(over.aborted).toBe(false);
  await back.close();
  expect(await readdir(path.join(lab.folder("w1"), "spool"))).toEqual([]);
});

it("so does one whose study ends right after its server was away for longer than the study's lock holds", async () => {
  const timings = { ...quick, lockRenewMs: 60_000, lockLeaseMs: 300 };
  const coordinator = await lab.coordinator("s1", { timings });
  await coordinator.open(new Memory());
  const worker = await lab.worker("w1");
  await coordinator.offer(assignment("s1", 0));
  const { ref } = (await worker.claim(soon()))!;
  await server.kill();
  const diedAt = performance.now();
  worker.send(started(ref, "w1"));
  await until(() => performance.now() - diedAt > timings.lockLeaseMs, "the lock to be stale");
  const starting = server.up();
  await coordinator.dismiss([ref]);
  await coordinator.close();
  await starting;

  const over = soon();
  await worker.flush(over);
  expect(over.aborted).toBe(false);
});

it("a worker that was dismissed while it trained is let go of its last words, too", async () => {
  const coordinator = await lab.coordinator("s1");
  await coordinator.open(new Memory());
  const worker = await lab.worker("w1");
  await coordinator.offer(assignment("s1", 0));
  const { ref } = (await worker.claim(soon()))!;
  worker.send(started(ref, "w1"));
  await worker.flush(soon());
  await coordinator.dismiss([ref]);
  await coordinator.close();

  worker.send(report(ref, 1));
  worker.send(ended(ref, 2));
  const over = soon();
  await worker.flush(over);
  expect(over.aborted).toBe(false);
  await worker.close();
  expect(await readdir(path.join(lab.folder("w1"), "spool"))).toEqual([]);
});

it("a worker that is dismissed while its last report is committed is let go of what follows, too", async () => {
  const coordinator = await lab.coordinator("s1");
  const dismissing = new Memory();
  const commit = dismissing.commit.bind(dismissing);
  dismissing.commit = (messages) => {
    commit(messages);
    if (messages.some(({ n }) => n === 1)) void coordinator.dismiss(messages.map(({ ref }) => ref));
  };
  await coordinator.open(dismissing);
  const worker = await lab.worker("w1");
  await coordinator.offer(assignment("s1", 0));
  const { ref } = (await worker.claim(soon()))!;
  worker.send(started(ref, "w1"));
  worker.send(report(ref, 1));
  await worker.flush(soon());
  await coordinator.close();

  worker.send(ended(ref, 2));
  const over = soon();
  await worker.flush(over);
  expect(over.aborted).toBe(false);
});

it("what one worker sent for an attempt is no reason for another to forget what it sends for it", async () => {
  const memory = new Heard();
  const coordinator = await lab.coordinator("s1");
  await coordinator.open(memory);
  const holder = await lab.worker("holder");
  await coordinator.offer(assignment("s1", 0));
  const { ref } = (await holder.claim(soon()))!;
  holder.send(started(ref, "holder"));
  await holder.flush(soon());
  // A server that lost its memory gave the attempt away twice.
  const fenced = await lab.worker("fenced");
  for (let n = 1; n < 9; n++) fenced.send(report(ref, n, "fenced"));
  await fenced.flush(soon());

  await server.kill();
  for (let n = 1; n < 5; n++) holder.send(report(ref, n, "holder"));
  holder.send(ended(ref, 5, "holder"));
  await server.up();
  await holder.flush(soon());
  expect(memory.from("holder")).toEqual(upTo(5));
});
