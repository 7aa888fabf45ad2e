/** Offers taken back, among offers that stay; queues that the server has broken. */
import { rm } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import type { WorkerBus } from "../../worker/protocol/bus.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { findNatsServer } from "../../worker/protocol/nats/link/find-server.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { isOlder } from "../../worker/protocol/nats/link/server-check.ts";
import { durableOf, namesFor, poolOf, trialSubject } from "../../worker/protocol/nats/server/names.ts";
import { libraryOf } from "../support/library-of.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { assignment, Memory, quick, soon } from "../support/nats-lab.ts";
import { until } from "../support/until.ts";

const names = namesFor();
/** Servers of 2.9 forget the other offers of a queue of which one is purged; newer ones do not. */
const offersLeft = isOlder((await findNatsServer()).version, "2.10.0") ? 0 : 2;
/** No coordinator looks whether its queue is whole, once it is open. */
const timings = { ...quick, checkMs: 600_000 };

async function claims(worker: WorkerBus, count: number): Promise<string[]> {
  const claimed: string[] = [];
  while (claimed.length < count) {
    const got = await worker.claim(soon());
    if (got === null) break;
    claimed.push(`${got.ref.study}.${got.ref.trial}`);
  }
  return claimed;
}

it("an offer that is taken back leaves other studies' offers alone", async () => {
  const [one, other] = [await lab.coordinator("s1", { timings }), await lab.coordinator("s2", { timings })];
  await one.open(new Memory());
  await other.open(new Memory());
  for (let trial = 0; trial < 4; trial++) {
    await one.offer(assignment("s1", trial));
    await other.offer(assignment("s2", trial));
  }
  for (let trial = 0; trial < 4; trial++)
    expect(await other.withdraw(assignment("s2", trial).ref)).toBe(true);
  expect(await claims(await lab.worker("w1"), 4)).toEqual(["s1.0", "s1.1", "s1.2", "s1.3"]);
});

it("a queue that has forgotten its offers, as of nats-server 2.9, is made again, and gives them out", async () => {
  const coordinator = await lab.coordinator("s1", { timings });
  await coordinator.open(new Memory());
  for (let trial = 0; trial < 3; trial++) await coordinator.offer(assignment("s1", trial));
  const link = await Link.connect({ servers: server.url, name: "test" }, { ...defaultTimings, ...quick });
  const pool = poolOf({});
  await link.jsm.streams.purge(names.trials, { filter: trialSubject(names, pool, assignment("s1", 1).ref) });
  await until(
    async () =>
      (await libraryOf(link).jsm.consumers.info(names.trials, durableOf(pool))).num_pending === offersLeft,
    `the queue to have ${offersLeft} offers`,
  );
  await link.close();

  await (await lab.coordinator("s2")).open(new Memory());
  expect(await claims(await lab.worker("w1"), 2)).toEqual(["s1.0", "s1.2"]);
});

it("a queue whose folder is gone from the server's disk, as one that two coordinators make at once may be, is made again", async () => {
  await (await lab.coordinator("s1", { timings })).open(new Memory());
  const queues = path.join(server.store, "jetstream", "$G", "streams", names.trials, "obs");
  await rm(path.join(queues, durableOf(poolOf({}))), { recursive: true });
  const coordinator = await lab.coordinator("s2", { timings });
  await coordinator.open(new Memory());
  for (let trial = 0; trial < 2; trial++) await coordinator.offer(assignment("s2", trial));
  expect(await claims(await lab.worker("w1"), 2)).toEqual(["s2.0", "s2.1"]);
  expect(lab.problems).toEqual([]);
});
