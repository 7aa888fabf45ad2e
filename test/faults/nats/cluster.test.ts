/** Servers of a cluster of three are killed while a study runs; row 29 of the table of faults. */
import { expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import { bucketStream, namesFor } from "../../../worker/protocol/nats/server/names.ts";
import { NatsCluster } from "../../support/nats-cluster.ts";
import { sleep } from "../../support/sleep.ts";
import { figure } from "../figures.ts";
import { isLong } from "./fault-timings.ts";
import { inLab, type FaultLabOptions } from "./fault-lab.ts";

const rounds = isLong ? 12 : 2;
/** Two servers of three die at once. */
const isMajority = (round: number): boolean => round % (isLong ? 3 : 2) === 0;
const size: FaultLabOptions = {
  trials: isLong ? 100 : 8,
  epochs: 40,
  epochMs: 200,
  leaseMs: 60_000,
};

const names = namesFor();
const buckets = [names.claims, names.control, names.state, names.workers].map((one) => bucketStream(one));
const streams = [names.trials, names.reports, names.blobs, ...buckets];

it(
  "a study outlives deaths of servers of its cluster, a majority at once among them, and ends as if nothing had happened",
  async () => {
    const cluster = await NatsCluster.start();
    try {
      await inLab(size, async (lab) => {
        const rng = rngFor(5, "cluster");
        const way = { server: cluster.url };
        const coordinator = lab.command("run", way);
        for (const name of ["one", "two", "three"]) lab.work(name, way);
        await lab.untilEpochs(5);
        let majorities = 0;
        for (let round = 1; round <= rounds; round++) {
          await cluster.untilEven(streams); // as its owner would see to: without a majority of copies nothing goes on
          const first = rng.int(3);
          const victims = (isMajority(round) ? [first, first + 1] : [first]).map(
            (n) => cluster.servers[n % 3]!,
          );
          majorities += victims.length - 1;
          await Promise.all(victims.map(async (server) => await server.kill()));
          await sleep(rng.next() * 5_000);
          await Promise.all(victims.map(async (server) => await server.up()));
          await lab.untilEpochs(lab.epochs() + 5);
        }
        expect(lab.epochs(), "faults that meet no work prove nothing").toBeLessThan(
          size.trials * size.epochs,
        );
        expect(await lab.verdict(coordinator)).toEqual([]);
        figure(
          [29],
          `${rounds} times one server of three is killed, or two of them`,
          `${majorities} times two at once; 0 reports lost, the table of the undisturbed study`,
        );
      });
    } finally {
      await cluster.close();
    }
  },
  120_000 + rounds * 120_000,
);
