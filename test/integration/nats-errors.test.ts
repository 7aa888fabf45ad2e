import { checkLab } from "../../orchestrator/lab/look.ts";
import { driveSimulated } from "../support/simulated-lab.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { protocolVersion } from "../../worker/protocol/assignment.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { assignment, ended, Lab, Memory, quick, soon, started } from "../support/nats-lab.ts";
import { NatsServer, type ServerOptions } from "../support/nats-server.ts";
import { pretend, pretendOldServer } from "../support/pretend-server.ts";
import { until } from "../support/until.ts";

let server: NatsServer | null = null;
let lab: Lab | null = null;

beforeEach(() => {
  server = null;
  lab = null;
});
afterEach(async () => {
  await lab?.end();
  await server?.close();
});

async function running(options: ServerOptions = {}): Promise<{ server: NatsServer; lab: Lab }> {
  server = await NatsServer.start(options);
  lab = await Lab.create(server);
  return { server, lab };
}

describe("an error is one sentence with the next step:", () => {
  it("no server listens at the address", async () => {
    const { lab } = await running();
    await expect(lab.coordinator("s1", { servers: "nats://me:secret@127.0.0.1:9" })).rejects.toThrow(
      "no NATS server answers at nats://127.0.0.1:9 (connection refused); check the address, or start one: nats-server -js -a 127.0.0.1",
    );
    await expect(lab.coordinator("s1", { servers: "nats://no-such-host.invalid:4222" })).rejects.toThrow(
      // Some resolvers take longer for it than a connection may.
      /no NATS server answers at nats:\/\/no-such-host\.invalid:4222 \((?:.*(?:ENOTFOUND|EAI_AGAIN)|timeout)/,
    );
  });

  it("another kind of server listens there", async () => {
    const other = await pretend("HTTP/1.1 400 Bad Request\r\n\r\n");
    const options = { servers: `127.0.0.1:${other.port}`, name: "test" };
    await expect(Link.connect(options, { ...defaultTimings, ...quick })).rejects.toThrow(
      /what answers at 127\S+ is no NATS server/,
    );
    other.close();
  });

  it("the credentials are wrong, for a coordinator and for a worker that would wait for a server", async () => {
    const { lab } = await running({ config: "authorization { token: right }" });
    const auth = { kind: "token", token: "wrong" } as const;
    const words = /refused the credentials; give those it was set up with/;
    await expect(lab.coordinator("s1", { auth })).rejects.toThrow(words);
    await expect(lab.worker("w1", { auth })).rejects.toThrow(words);
    await (await lab.coordinator("s1", { auth: { kind: "token", token: "right" } })).open(new Memory());
  });

  it("JetStream is off", async () => {
    const { lab } = await running({ jetstream: false });
    await expect(lab.coordinator("s1")).rejects.toThrow(
      "runs without JetStream, which keeps trials and results; start it with -js",
    );
  });

  it("the server is open to the network and asks for no credentials", async () => {
    const { lab } = await running({ host: "0.0.0.0" });
    await expect(lab.coordinator("s1")).rejects.toThrow(
      /asks for no credentials.*set it up with: seqtune nats-config --out lab\//,
    );
    await (await lab.coordinator("s1", { allowOpenServer: true })).open(new Memory());
  });

  it("the server listens to the network and asks for credentials: that is right", async () => {
    const { lab } = await running({ host: "0.0.0.0", config: "authorization { token: right }" });
    await (await lab.coordinator("s1", { auth: { kind: "token", token: "right" } })).open(new Memory());
  });

  it("the server is too old", async () => {
    const old = await pretendOldServer();
    const options = { servers: `127.0.0.1:${old.port}`, name: "test" };
    await expect(Link.connect(options, { ...defaultTimings, ...quick })).rejects.toThrow(
      "the NATS server is version 2.8.4; 2.9.10 or newer is needed: update nats-server",
    );
    old.close();
  });

  it("there is no room for the streams", async () => {
    const { lab } = await running({ storeBytes: "20MB" });
    await expect(lab.coordinator("s1")).rejects.toThrow(
      /has no room for stream SEQTUNE_\w+; free disk space or raise max_file_store/,
    );
    const connection = { servers: server!.url };
    const again = /raise max_file_store in its configuration, then run this command again$/;
    await expect(checkLab(connection, { signal: soon(), notice: () => {} })).rejects.toThrow(again);
    const small = { name: "s1", trials: 1, epochs: 1 };
    await expect(driveSimulated(lab.folder("study.db"), connection, small)).rejects.toThrow(again);
  });

  it("a stream of that name does something else", async () => {
    const { server, lab } = await running();
    const link = await Link.connect({ servers: server.url, name: "test" }, defaultTimings);
    await link.jsm.streams.add({ name: "SEQTUNE_REPORTS", subjects: ["other.>"] });
    await link.close();
    await expect(lab.coordinator("s1")).rejects.toThrow(
      /stream SEQTUNE_REPORTS on the NATS server has subjects = \["other\.>"\], needed is \["seqtune\.report\.>"\]/,
    );
  });

  it("the prefix is not usable", async () => {
    const { lab } = await running();
    await expect(lab.coordinator("s1", { prefix: "My Lab" })).rejects.toThrow(
      'NATS prefix "My Lab" is not usable',
    );
  });
});

describe("noise on the wire", () => {
  it("from another version of seqtune, or none at all, harms neither end", async () => {
    const { server, lab } = await running();
    const memory = new Memory();
    const coordinator = await lab.coordinator("s1");
    await coordinator.open(memory);
    const link = await Link.connect({ servers: server.url, name: "test" }, defaultTimings);
    await link.js.publish("seqtune.report.s1.0.1", "no JSON");
    await link.js.publish(
      "seqtune.report.s1.0.1",
      JSON.stringify(ended({ study: "s1", trial: 99, attempt: 1 }, 3)),
    );
    await link.js.publish(
      "seqtune.trial.any.s1.1.1",
      JSON.stringify({ ...assignment("s1", 1), version: protocolVersion + 1 }),
    );
    await link.js.publish(
      "seqtune.trial.any.s1.2.1",
      JSON.stringify({ ...assignment("s1", 2), extra: "code" }),
    );
    link.nc.publish("$KV.SEQTUNE_WORKERS.eA", "no worker");
    const worker = await lab.worker("w1");
    const claim = worker.claim(soon());
    await coordinator.offer(assignment("s1", 3));
    const ref = (await claim)!.ref;
    expect(ref.trial).toBe(3);
    worker.send(started(ref, "w1"));
    await worker.flush(soon());
    expect([...memory.rows.keys()]).toEqual(["s1.3.1.0"]);
    await until(() => lab.problems.length >= 4, "the problems to be reported");
    const told = lab.problems.map((problem) => problem.message).join("\n");
    expect(told).toContain(
      `speaks protocol version ${protocolVersion + 1}, this worker speaks ${protocolVersion}`,
    );
    expect(told).toContain(
      "a message on seqtune.report.s1.0.1 is not valid and was dropped: it speaks of another attempt",
    );
    await link.close();
  });

  it("a message that is too large is refused where it is made", async () => {
    const { lab } = await running();
    const worker = await lab.worker("w1");
    const metrics = Object.fromEntries(
      Array.from({ length: 4000 }, (_, i) => [`metric_with_a_long_name_${i}`, i / 7]),
    );
    const { ref } = assignment("s1", 0);
    expect(() =>
      worker.send({ kind: "report", ref, n: 1, worker: "w1", epoch: 1, metrics, seconds: 1 }),
    ).toThrow(/a report message is \d+ bytes as JSON, at most 131072 are allowed/);
  });
});
