/** Messages of an attempt that wait together go to the server together. */
import { expect, it } from "vitest";
import type { WorkerMessage } from "../../worker/protocol/messages.ts";
import { namesFor, reportSubject } from "../../worker/protocol/nats/server/names.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { assignment, ended, Memory, quick, report, soon, started, upTo } from "../support/nats-lab.ts";
import { until } from "../support/until.ts";

const names = namesFor();
const last = 1_000;

it("a burst of messages takes few publishes, and every message is committed once, in order", async () => {
  // What is not answered in time is sent again, and would be counted twice.
  const timings = { ...quick, requestMs: 240_000, resendMs: 240_000 };
  const coordinator = await lab.coordinator("s1", { timings });
  const memory = new Memory();
  await coordinator.open(memory);
  await coordinator.offer(assignment("s1", 0));
  const worker = await lab.worker("w1", { timings });
  const { ref } = (await worker.claim(soon()))!;
  const before = (await coordinator.link.jsm.streams.info(names.reports)).state.last_seq;
  worker.send(started(ref, "w1"));
  for (let n = 1; n < last; n++) worker.send(report(ref, n));
  worker.send(ended(ref, last));
  await worker.flush(soon());

  expect(memory.numbers(ref)).toEqual(upTo(last));
  const published = (await coordinator.link.jsm.streams.info(names.reports)).state.last_seq - before;
  expect(published).toBeLessThan(last / 20);
});

it("messages wait while the server is away, and then go in order behind those on their way", async () => {
  const coordinator = await lab.coordinator("s1");
  const memory = new Memory();
  await coordinator.open(memory);
  await coordinator.offer(assignment("s1", 0));
  const worker = await lab.worker("w1");
  const { ref } = (await worker.claim(soon()))!;
  worker.send(started(ref, "w1"));
  for (let n = 1; n < 200; n++) worker.send(report(ref, n));
  await server.kill();
  for (let n = 200; n < last; n++) worker.send(report(ref, n));
  await server.up();
  worker.send(ended(ref, last));
  await worker.flush(soon());
  expect(memory.numbers(ref)).toEqual(upTo(last));
});

it("an invalid message in a batch is dropped and reported, the others count", async () => {
  const coordinator = await lab.coordinator("s1", { timings: { ...quick, requestMs: 240_000 } });
  const memory = new Memory();
  await coordinator.open(memory);
  const { ref } = assignment("s1", 0);
  const batch: unknown[] = [started(ref, "w1"), { ...report(ref, 1), epoch: -1 }, null, report(ref, 2)];
  const other = report({ ...ref, trial: 7 }, 3) satisfies WorkerMessage;
  await coordinator.link.js.publish(reportSubject(names, ref), JSON.stringify([...batch, other]));
  await until(() => memory.numbers(ref).length === 2, "the valid ones to be committed");
  expect(memory.numbers(ref)).toEqual([0, 2]);
  expect(memory.rows.size).toBe(2);
  expect(lab.problems.map(({ message }) => message)).toEqual([
    expect.stringContaining("epoch"),
    expect.stringContaining("is not valid and was dropped"),
    expect.stringContaining("it speaks of another attempt"),
  ]);
});
