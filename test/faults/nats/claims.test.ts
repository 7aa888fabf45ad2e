/** Eight workers get the same offers at the same time; row 15 of the table of faults. */
import type { ConsumerInfo } from "@nats-io/jetstream";
import { expect, it } from "vitest";
import { libraryOf } from "../../support/library-of.ts";
import { sleep } from "../../support/sleep.ts";
import { Link } from "../../../worker/protocol/nats/link/link.ts";
import { namesFor, poolOf, trialSubject } from "../../../worker/protocol/nats/server/names.ts";
import { inParallel } from "../../../worker/protocol/nats/link/retry.ts";
import { defaultTimings } from "../../../worker/protocol/nats/link/timings.ts";
import type { NatsWorkerBus } from "../../../worker/protocol/nats/worker/worker-bus.ts";
import { lab, server } from "../../support/lab-per-test.ts";
import { assignment, Memory, quick, started } from "../../support/nats-lab.ts";
import { until } from "../../support/until.ts";
import { figure } from "../figures.ts";
import { isLong } from "./fault-timings.ts";

const trials = isLong ? 3_000 : 120;
const serverKills = isLong ? 8 : 1;
const contenders = Array.from({ length: 8 }, (_, index) => `w${index + 1}`);
/** What a worker says is not what this is about: no study commits it, and nothing is sent again. */
const timings = { ...quick, resendMs: 600_000 };

/** A worker with a queue of its own, in which every offer lies. */
async function contender(id: string): Promise<NatsWorkerBus> {
  const coordinator = await lab.coordinator(`queue-of-${id}`, { requires: { seat: id } });
  await coordinator.open(new Memory());
  return await lab.worker(id, { labels: { seat: id }, timings });
}

async function putIntoEveryQueue(link: Link): Promise<void> {
  const names = namesFor();
  await inParallel(trials * contenders.length, 64, async (index) => {
    const offer = assignment("race", Math.floor(index / contenders.length));
    const pool = poolOf({ seat: contenders[index % contenders.length]! });
    await link.js.publish(trialSubject(names, pool, offer.ref), JSON.stringify(offer));
  });
}

/**
 * Tells whether the queues have given out nothing for longer than an offer waits for its acknowledgement. What a server
 * of version 2.9 counts as pending is no measure: after its death some of that is never given to anybody.
 */
function quietness(link: Link): () => Promise<boolean> {
  let seen = "";
  let since = performance.now();
  return async () => {
    const given: number[] = [];
    for await (const queue of libraryOf(link).jsm.consumers.list(namesFor().trials)) {
      // A server of version 2.9 that has just come back lists those it has not read yet as null.
      const known = queue as ConsumerInfo | null;
      given.push(known?.delivered.consumer_seq ?? -1);
    }
    if (given.join() !== seen) since = performance.now();
    seen = given.join();
    return performance.now() - since > 2 * quick.ackWaitMs!;
  };
}

it(`of ${contenders.length} workers one gets each of ${trials} attempts, though the server dies and offers come back`, async () => {
  const workers = await Promise.all(contenders.map(contender));
  const link = await Link.connect({ servers: server.url, name: "test" }, { ...defaultTimings, ...quick });
  await putIntoEveryQueue(link);

  const won: number[] = [];
  const over = new AbortController();
  const racing = workers.map(async (worker, index) => {
    for (;;) {
      const got = await worker.claim(over.signal);
      if (got === null) return;
      won.push(got.ref.trial);
      worker.send(started(got.ref, contenders[index]!));
    }
  });
  for (let kill = 1; kill <= serverKills; kill++) {
    await until(() => won.length >= (trials * kill) / (serverKills + 1), "the race to go on");
    await server.kill();
    await sleep(200);
    await server.up();
  }
  await until(() => won.length >= trials, "every attempt to be claimed");
  await link.untilOpen();
  await until(quietness(link), "the queues to give out nothing more", 400_000);
  over.abort();
  await Promise.all(racing);
  await link.close();

  const numbers = won.toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: trials }, (_, trial) => trial));
  figure(
    [15],
    `${contenders.length} workers, each offer in the queue of each`,
    `${trials.toLocaleString("en")} attempts claimed, ${serverKills} server kills, 0 won twice`,
  );
}, 1_000_000);
