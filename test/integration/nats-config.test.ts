import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBoards } from "../../orchestrator/lab/board.ts";
import { listWorkers } from "../../orchestrator/lab/list-workers.ts";
import { BadWorkerName, ConfigExists, writeNatsConfig } from "../../orchestrator/nats-config/write.ts";
import type { Order } from "../../worker/protocol/messages.ts";
import { parseCredentials, type Credentials } from "../../worker/protocol/nats/link/credentials.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { assignment, ended, Lab, Memory, quick, report, soon, started } from "../support/nats-lab.ts";
import { NatsServer } from "../support/nats-server.ts";
import { until } from "../support/until.ts";

const timings = { ...defaultTimings, ...quick };
let out: string;
let written: readonly string[];
let server: NatsServer;
let lab: Lab;
let coordinatorCreds: Credentials;
let workerCreds: Credentials;

beforeAll(async () => {
  out = path.join(await mkdtemp(path.join(tmpdir(), "seqtune-config-")), "lab");
  server = await NatsServer.start({
    configure: async (port) => {
      const listen = `0.0.0.0:${port}`;
      written = await writeNatsConfig({
        out,
        listen,
        hosts: ["localhost", "127.0.0.1"],
        workers: ["worker", "guest"],
      });
      return path.join(out, "nats.conf");
    },
  });
  lab = await Lab.create(server);
  coordinatorCreds = await credentials("coordinator");
  workerCreds = await credentials("worker");
});
afterAll(async () => {
  await lab.end();
  await server.close();
  await rm(path.dirname(out), { recursive: true, force: true, maxRetries: 10 });
});

async function credentials(name: string): Promise<Credentials> {
  const parsed = parseCredentials(await readFile(path.join(out, `${name}.creds`), "utf8"));
  if (parsed === null) throw new Error(`${name}.creds cannot be read`);
  return parsed;
}

async function connected(creds: Partial<Credentials>): Promise<Link> {
  return await Link.connect({ servers: server.url, name: "test", ...creds }, timings);
}

describe("the files", () => {
  it("are a server configuration, credentials and certificates that no other user can read", async () => {
    const names = written.map((file) => path.basename(file)).toSorted();
    expect(names).toEqual(
      [
        "ca.pem",
        "coordinator.creds",
        "guest.creds",
        "nats.conf",
        "server.key",
        "server.pem",
        "viewer.creds",
        "worker.creds",
      ].toSorted(),
    );
    for (const file of written) expect((await stat(file)).mode & 0o777).toBe(0o600);
    const conf = await readFile(path.join(out, "nats.conf"), "utf8");
    expect(conf).not.toMatch(/\bSU[A-Z2-7]{56}\b/);
  });

  it("are never overwritten, for new keys would lock out the holders of the old ones", async () => {
    const again = { out, listen: "127.0.0.1:1", hosts: [], workers: ["worker"] };
    await expect(writeNatsConfig(again)).rejects.toThrow(ConfigExists);
    await expect(writeNatsConfig({ ...again, workers: ["../x"] })).rejects.toThrow(BadWorkerName);
  });
});

describe("with its credentials", () => {
  it("a whole study runs, checkpoints, orders and a server death included, and nothing is refused", async () => {
    const memory = new Memory();
    const coordinator = await lab.coordinator("s1", coordinatorCreds);
    await coordinator.open(memory);
    const data = await coordinator.blobs.put(Buffer.alloc(1_000_000, 7));
    const worker = await lab.worker("w1", workerCreds);
    worker.announce({ id: "w1", host: "here", pid: 1, version: "0", labels: {} });
    await coordinator.offer(assignment("s1", 0));
    const { ref } = (await worker.claim(soon()))!;
    worker.send(started(ref, "w1"));
    expect(await worker.blobs.get(data)).toHaveLength(1_000_000);
    const checkpoint = await worker.blobs.put(Buffer.alloc(600_000, 1));
    worker.send({ kind: "checkpoint", ref, n: 1, worker: "w1", epoch: 1, checkpoint });
    await worker.flush(soon());
    await server.kill();
    worker.send(report(ref, 2));
    await server.up();
    expect(await coordinator.blobs.get(checkpoint)).toHaveLength(600_000);
    const heard: Order[] = [];
    worker.onOrder(ref, (order) => heard.push(order));
    await coordinator.order(ref, { kind: "stop", reason: "enough" });
    await until(() => heard.length > 0, "the order");
    worker.send(ended(ref, 3));
    await worker.flush(soon());
    expect(memory.numbers(ref)).toEqual([0, 1, 2, 3]);
    await coordinator.settle(ref);
    await coordinator.blobs.delete(checkpoint);
    await coordinator.offer(assignment("s1", 1));
    expect(await coordinator.withdraw(assignment("s1", 1).ref)).toBe(true);
    await worker.close();
    await until(() => memory.changes.at(-1)?.kind === "gone", "the goodbye");
    await coordinator.close();
    expect(lab.problems.filter((problem) => problem.name === "NotAllowed")).toEqual([]);
  });

  it.each([
    ["make an offer", "seqtune.trial.any.s1.9.1", "{}"],
    ["give an order", "$KV.SEQTUNE_CONTROL.order.s1.9.1", "{}"],
    ["say that something is committed", "$KV.SEQTUNE_CONTROL.done.s1.9.1", "{}"],
    ["take a study", "$KV.SEQTUNE_STATE.lock.s1", "{}"],
    ["make a pool", "$KV.SEQTUNE_STATE.pool.any", "{}"],
    ["send workers home", "seqtune.drain.s1", ""],
    ["remove a stream", "$JS.API.STREAM.DELETE.SEQTUNE_REPORTS", ""],
    ["empty a stream", "$JS.API.STREAM.PURGE.SEQTUNE_BLOBS", "{}"],
    ["change a stream", "$JS.API.STREAM.UPDATE.SEQTUNE_TRIALS", "{}"],
    ["make a stream", "$JS.API.STREAM.CREATE.MINE", "{}"],
    ["remove a stored message", "$JS.API.STREAM.MSG.DELETE.SEQTUNE_REPORTS", '{"seq":1}'],
    ["read others' reports from the stream", "$JS.API.STREAM.MSG.GET.SEQTUNE_REPORTS", '{"seq":1}'],
    ["make a reader of the reports", "$JS.API.CONSUMER.CREATE.SEQTUNE_REPORTS.x", "{}"],
    ["use other programs' subjects", "orders.new", "x"],
  ])("a worker may not %s", async (_what, subject, payload) => {
    const link = await connected(workerCreds);
    await expect(link.nc.request(subject, payload, { timeout: 120_000 })).rejects.toThrow(
      /Permissions Violation for Publish/i,
    );
    await link.close();
  });

  it.each([["seqtune.report.>"], ["seqtune.>"], [">"], ["$KV.SEQTUNE_STATE.lock.>"], ["_INBOX.>"]])(
    "a worker may not listen to %s",
    async (subject) => {
      const link = await connected(workerCreds);
      const refused = new Promise<string>((resolve) => {
        link.nc.subscribe(subject, {
          callback: (error) => resolve(error === null ? "heard" : error.message),
        });
      });
      expect(await refused).toMatch(/Permissions Violation for Subscription/i);
      await link.close();
    },
  );

  it("a worker may not replace a stored file, though it may store files", async () => {
    const coordinator = await lab.coordinator("s2", coordinatorCreds);
    const ref = await coordinator.blobs.put(Buffer.from("rows of data"));
    const link = await connected(workerCreds);
    await expect(link.js.publish(`seqtune.blob.${ref.sha256}.262144-0`, "other rows")).rejects.toThrow(
      "maximum messages",
    );
    await link.close();
  });

  it("a worker that tries to drive a study learns what it lacks", async () => {
    await expect(lab.coordinator("s3", workerCreds)).rejects.toThrow(
      /these NATS credentials may not use \$JS\.API\.STREAM\.\S+; use the coordinator's credentials for run, resume/,
    );
  });

  it("a coordinator may not touch other programs' streams", async () => {
    const link = await connected(coordinatorCreds);
    await expect(link.jsm.streams.add({ name: "MINE", subjects: ["mine"] })).rejects.toThrow(
      /Permissions Violation/i,
    );
    await link.close();
  });
});

describe("a viewer", () => {
  const viewerCreds = async (): Promise<Credentials> => await credentials("viewer");

  it("reads leaderboards and workers", async () => {
    const coordinator = await lab.coordinator("s9", coordinatorCreds);
    await coordinator.open(new Memory());
    const worker = await lab.worker("seen", workerCreds);
    worker.announce({ id: "seen", host: "here", pid: 1, version: "0", labels: {} });
    const link = await connected(await viewerCreds());
    const names = namesFor();
    await until(
      async () => (await listWorkers(link, names))?.some(({ info }) => info.id.startsWith("seen@")) === true,
      "the worker to be listed",
    );
    expect(await readBoards(link, names)).toEqual([]);
    await link.close();
  });

  it.each([
    ["report", "seqtune.report.s1.0.1"],
    ["claim", "$KV.SEQTUNE_CLAIMS.s1.0.1"],
    ["store a file", "seqtune.blob.x.end"],
    ["say that a worker lives", "$KV.SEQTUNE_WORKERS.x"],
    ["stop a study", "seqtune.stop.s1"],
    ["give an order", "$KV.SEQTUNE_CONTROL.order.s1.0.1"],
    ["take an offer", "$JS.API.CONSUMER.MSG.NEXT.SEQTUNE_TRIALS.w-any"],
    ["read a lock", "$JS.API.DIRECT.GET.KV_SEQTUNE_STATE.$KV.SEQTUNE_STATE.lock.s1"],
    ["read the journal", "$JS.API.DIRECT.GET.SEQTUNE_JOURNAL.seqtune.journal.s1"],
    ["empty a stream", "$JS.API.STREAM.PURGE.SEQTUNE_REPORTS"],
  ])("may not %s", async (_what, subject) => {
    const link = await connected(await viewerCreds());
    await expect(link.nc.request(subject, "{}", { timeout: 120_000 })).rejects.toThrow(
      /Permissions Violation for Publish/i,
    );
    await link.close();
  });
});

describe("a server with credentials", () => {
  it("refuses no credentials, credentials of another lab, and an authority that is not trusted", async () => {
    const { tls } = workerCreds;
    await expect(connected(tls === undefined ? {} : { tls })).rejects.toThrow("refused the credentials");
    const other = {
      kind: "nkey",
      seed: "SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU",
    } as const;
    await expect(connected({ ...workerCreds, auth: other })).rejects.toThrow("refused the credentials");
    await expect(connected({ auth: workerCreds.auth })).rejects.toThrow(
      /no safe connection to the NATS server at nats:\/\/127\.0\.0\.1:\d+ \(.*certificate.*\); give the certificate of its authority with --tls-ca FILE/,
    );
  });
});
