/** A server that has other users: dotted names, the printed lists of permissions, and labs set up by earlier versions. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { permissionsOf, workerShare, type Permissions } from "../../orchestrator/nats-config/permissions.ts";
import { nkeys } from "@nats-io/transport-node";
import type { NatsAuth } from "../../worker/protocol/nats/link/credentials.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { namesFor, type Names } from "../../worker/protocol/nats/server/names.ts";
import { assignment, ended, Lab, Memory, quick, report, soon, started } from "../support/nats-lab.ts";
import { NatsServer } from "../support/nats-server.ts";
import { oneAccount, type OneAccount } from "../support/one-account.ts";
import { until } from "../support/until.ts";

type Reach = { readonly auth: NatsAuth; readonly coordinators?: readonly string[] };

/** A trial from its offer to its end, with a file and an order. */
async function wholeTrial(lab: Lab, boss: Reach, hand: Reach): Promise<readonly string[]> {
  const memory = new Memory();
  const coordinator = await lab.coordinator("s1", boss);
  await coordinator.open(memory);
  const worker = await lab.worker("w1", hand);
  worker.announce({ id: "w1", host: "here", pid: 1, version: "0", labels: {} });
  await until(() => memory.changes.some(({ kind }) => kind === "seen"), "the worker to be heard");
  const data = await coordinator.blobs.put(Buffer.alloc(300_000, 7));
  await coordinator.offer(assignment("s1", 0));
  const { ref } = (await worker.claim(soon()))!;
  expect(await worker.blobs.get(data)).toHaveLength(300_000);
  const heard: string[] = [];
  worker.onOrder(ref, ({ reason }) => heard.push(reason));
  worker.send(started(ref, "w1"));
  worker.send(report(ref, 1));
  await coordinator.order(ref, { kind: "stop", reason: "enough" });
  await until(() => heard.length > 0, "the order");
  worker.send(ended(ref, 2));
  await worker.flush(soon());
  expect(memory.numbers(ref)).toEqual([0, 1, 2]);
  await worker.close();
  await until(() => memory.changes.at(-1)?.kind === "gone", "the goodbye");
  await coordinator.close();
  return [...memory.rows.values()].map(({ worker: name }) => name);
}

const publicKey = ({ seed }: OneAccount["coordinator"]): string =>
  nkeys.fromSeed(new TextEncoder().encode(seed)).getPublicKey();

describe("a lab below a prefix with dots, on a server with other users", () => {
  const prefix = "research.lstm-1";
  const shared = oneAccount(undefined, prefix);
  const coordinators = [publicKey(shared.coordinator)];
  let server: NatsServer;
  let lab: Lab;
  beforeAll(async () => {
    const others = `{ user: shop\n password: "pw"\n permissions: { publish: ["orders.>"], subscribe: ["orders.>", "_INBOX.>"] } }`;
    server = await NatsServer.start({ config: shared.config.replace("users: [", `users: [\n${others}\n`) });
    lab = await Lab.create(server, prefix);
  });
  afterAll(async () => {
    await lab.end();
    await server.close();
  });

  it("has streams and subjects of its own name only", () => {
    const names = namesFor(prefix);
    expect(names).toMatchObject({ trials: "RESEARCH-LSTM_1_TRIALS", state: "RESEARCH-LSTM_1_STATE" });
    expect(() => namesFor("Research.LSTM")).toThrow("words of a-z, 0-9 and");
    expect(() => namesFor("research..lstm")).toThrow("with dots between them (research.lstm)");
    expect(() => namesFor("research.*")).toThrow("is not usable");
  });

  it("trains with the printed permissions and the coordinator's key named, under the worker's key", async () => {
    const workers = await wholeTrial(
      lab,
      { auth: shared.coordinator, coordinators },
      { auth: shared.worker, coordinators },
    );
    expect(new Set(workers)).toEqual(new Set([`w1@${publicKey(shared.worker).slice(1, 9)}`]));
    expect(lab.problems.filter(({ name }) => name === "NotAllowed")).toEqual([]);
  });

  it("a user of the server without these permissions hears which one is missing, and how to print them", async () => {
    const shop: NatsAuth = { kind: "password", user: "shop", password: "pw" };
    await expect(lab.worker("w2", { auth: shop })).rejects.toThrow(
      /these NATS credentials may not .*--print-permissions prints what each role may/,
    );
    await expect(lab.coordinator("s2", { auth: shop })).rejects.toThrow(
      /these NATS credentials may not .*--print-permissions prints what each role may/,
    );
  });

  it("the lab's users cannot touch the others' subjects", async () => {
    const options = { servers: server.url, name: "worker", auth: shared.worker };
    const link = await Link.connect(options, { ...defaultTimings, ...quick });
    await expect(link.nc.request("orders.new", "x", { timeout: 10_000 })).rejects.toThrow(
      /Permissions Violation/i,
    );
    await link.close();
  });
});

/** As `nats-config` wrote it before workers had keys and accounts. */
function earlierPermissions(names: Names, key: string): Permissions {
  const { publish, subscribe } = permissionsOf(workerShare(names, key), key);
  const keyless = publish.filter((subject) => !subject.includes(key));
  return {
    publish: [...keyless, `$KV.${names.workers}.*`, `${names.prefix}.report.>`],
    subscribe,
  };
}

it("a lab that an earlier nats-config set up goes on with its own credentials, without keys", async () => {
  const { config, coordinator, worker } = oneAccount(earlierPermissions);
  const server = await NatsServer.start({ config });
  const lab = await Lab.create(server);
  try {
    const workers = await wholeTrial(lab, { auth: coordinator }, { auth: worker });
    expect(new Set(workers)).toEqual(new Set(["w1"]));
    expect(lab.problems.filter(({ name }) => name === "NotAllowed")).toEqual([]);
  } finally {
    await lab.end();
    await server.close();
  }
});
