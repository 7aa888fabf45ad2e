import { expect, it } from "vitest";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { bucketStream, namesFor } from "../../worker/protocol/nats/server/names.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { libraryOf } from "../support/library-of.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { assignment, ended, Memory, quick, soon, started } from "../support/nats-lab.ts";
import { until } from "../support/until.ts";

it("a lab that works through more attempts than it has room to remember forgets the oldest and goes on", async () => {
  const memory = new Memory();
  // A slow answer is no problem here.
  const timings = { ...quick, requestMs: 120_000 };
  const coordinator = await lab.coordinator("s1", { timings });
  await coordinator.open(memory);
  const worker = await lab.worker("w1", { timings });
  const link = await Link.connect({ servers: server.url, name: "test" }, { ...defaultTimings, ...quick });
  const { claims, control } = namesFor();
  for (const bucket of [claims, control])
    await libraryOf(link).jsm.streams.update(bucketStream(bucket), { max_bytes: 8_192 });

  const trials = 150;
  for (let trial = 0; trial < trials; trial++) {
    await coordinator.offer(assignment("s1", trial));
    const got = await worker.claim(soon());
    expect(got?.ref.trial).toBe(trial);
    worker.send(started(got!.ref, "w1"));
    worker.send(ended(got!.ref, 1));
    await coordinator.settle(got!.ref);
  }
  await until(() => memory.rows.size === 2 * trials, "every message");
  await worker.flush(soon());
  expect((await link.jsm.streams.info(bucketStream(claims))).state.messages).toBeLessThan(trials);
  expect(lab.problems).toEqual([]);
  await link.close();
});
