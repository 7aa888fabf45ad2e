import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bucketStream, namesFor } from "../../worker/protocol/nats/server/names.ts";
import type { NatsWorkerBus } from "../../worker/protocol/nats/worker/worker-bus.ts";
import { runCli } from "../support/cli.ts";
import { NatsCluster } from "../support/nats-cluster.ts";
import { assignment, ended, Lab, Memory, report, soon, started, upTo } from "../support/nats-lab.ts";
import type { NatsServer } from "../support/nats-server.ts";
import { until } from "../support/until.ts";

const names = namesFor();
const ref = { study: "study", trial: 0, attempt: 1 };
const streams = [
  names.trials,
  names.reports,
  names.blobs,
  ...[names.claims, names.control, names.state, names.workers].map((bucket) => bucketStream(bucket)),
];

let cluster: NatsCluster;
let lab: Lab;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-cluster-"));
  cluster = await NatsCluster.start();
  lab = await Lab.create(cluster);
});
afterEach(async () => {
  await lab.end();
  await cluster.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** A worker that reports while things break, until it is asked to end. */
class Reporter {
  sent = 0;
  private readonly worker: NatsWorkerBus;
  private readonly timer: NodeJS.Timeout;

  constructor(worker: NatsWorkerBus) {
    this.worker = worker;
    worker.send(started(ref, "w1"));
    this.timer = setInterval(() => this.worker.send(report(ref, ++this.sent)), 20);
  }

  end(): number {
    clearInterval(this.timer);
    this.worker.send(ended(ref, this.sent + 1));
    return this.sent + 1;
  }
}

async function begin(memory: Memory): Promise<Reporter> {
  const bus = await lab.coordinator("study", { signal: soon() });
  const opening = bus.open(memory);
  const worker = await lab.worker("w1");
  await opening;
  await bus.offer(assignment("study", 0));
  expect((await worker.claim(soon()))?.ref).toEqual(ref);
  await cluster.untilEven(streams);
  return new Reporter(worker);
}

/** Reports that were made after now arrive. */
async function goesOn(memory: Memory, reporter: Reporter): Promise<void> {
  const { sent } = reporter;
  await until(() => memory.numbers(ref).length > sent + 5, "reports that were made since", 120_000);
}

async function allArrive(memory: Memory, reporter: Reporter): Promise<void> {
  const last = reporter.end();
  await until(() => memory.numbers(ref).length === last + 1, "every report", 120_000);
  expect(memory.numbers(ref)).toEqual(upTo(last));
}

async function killAndRestart(server: NatsServer, then: () => Promise<void>): Promise<void> {
  await server.kill();
  await then();
  await server.up();
  await cluster.untilEven(streams);
}

describe("a cluster of three servers", () => {
  it("keeps three copies of every stream without being asked, also of those that were made with one", async () => {
    const alone = await lab.coordinator("study", { replicas: 1, signal: soon() });
    const { jsm } = alone.link;
    const copies = async (): Promise<readonly number[]> =>
      await Promise.all(streams.map(async (name) => (await jsm.streams.info(name)).config.num_replicas));
    expect(new Set(await copies())).toEqual(new Set([1]));
    await lab.coordinator("other", { signal: soon() });
    await until(async () => (await copies()).every((count) => count === 3), "three copies of each stream");
  });

  it("loses no report when each server is killed in turn", async () => {
    const memory = new Memory();
    const reporter = await begin(memory);
    for (const server of cluster.servers) await killAndRestart(server, () => goesOn(memory, reporter));
    await allArrive(memory, reporter);
  }, 900_000);

  it("loses no report when the leader of every stream is killed", async () => {
    const memory = new Memory();
    const reporter = await begin(memory);
    for (const stream of streams) {
      let leader: NatsServer | null = null;
      await until(
        async () => (leader = await cluster.leaderOf(stream)) !== null,
        `a leader of ${stream}`,
        120_000,
      );
      await killAndRestart(leader!, () => goesOn(memory, reporter));
    }
    await allArrive(memory, reporter);
  }, 900_000);

  it("whose majority is away says so to the coordinator, workers and leaderboard, and goes on when it is back", async () => {
    const memory = new Memory();
    const reporter = await begin(memory);
    const [one, two, three] = cluster.servers;
    await goesOn(memory, reporter);
    await Promise.all([two!.kill(), three!.kill()]);
    const words =
      /the NATS cluster at \S+ (?:has no leader for (?:KV_)?SEQTUNE_|answers, and has no leader).*start them again/;
    await until(() => lab.problems.some(({ message }) => words.test(message)), "the coordinator's words");
    // Until it notices that it leads nobody, the server that is left may answer the truth: no study was published.
    const sayIt = async (command: string): Promise<void> => {
      const says = async (): Promise<boolean> => {
        const { code, stderr } = await runCli([command, "--nats", one!.url], { cwd: folder });
        return code === 1 && words.test(stderr);
      };
      await until(says, `${command} to say so`);
    };
    await Promise.all(["workers", "leaderboard"].map(sayIt));
    await Promise.all([two!.up(), three!.up()]);
    await goesOn(memory, reporter);
    await allArrive(memory, reporter);
  }, 600_000);
});
