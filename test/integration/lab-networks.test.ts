/** Labs behind what networks have: TLS by an authority of one's own, certificates of clients, leaf nodes. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { nkeys } from "@nats-io/transport-node";
import { afterEach, describe, expect, it } from "vitest";
import type { LabConnection } from "../../orchestrator/lab/connection.ts";
import { writeNatsConfig } from "../../orchestrator/nats-config/write.ts";
import type { Pruner } from "../../search/pruner.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { credentialsIn } from "../faults/nats/credentials.ts";
import { makeCertificates } from "../support/certificates.ts";
import { runCli } from "../support/cli.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { freePort, NatsServer } from "../support/nats-server.ts";
import { pretend } from "../support/pretend-server.ts";
import { until } from "../support/until.ts";
import { driveSimulated, simulateWorkers } from "../support/simulated-lab.ts";

let servers: NatsServer[] = [];
afterEach(async () => {
  await Promise.all(servers.map(async (server) => await server.close()));
  servers = [];
});

/** A server whose whole configuration this is; JetStream keeps its files in the test's folder. */
async function serverWith(configuration: (port: number) => string): Promise<NatsServer> {
  const server = await NatsServer.start({
    configure: async (port) => {
      const file = path.join(folder, `${port}.conf`);
      writeFileSync(file, configuration(port));
      return file;
    },
  });
  servers.push(server);
  return server;
}

const jetstream = (domain = ""): string =>
  `jetstream { store_dir: ${JSON.stringify(path.join(folder, "store"))} ${domain} }`;

/** Stops each trial after its third epoch. */
const afterThree: Pruner = {
  name: "third",
  judge: (_history, { epoch }) => (epoch < 3 ? { kind: "continue" } : { kind: "stop", reason: "enough" }),
};

/**
 * A study of four trials by two workers, who may reach the lab in another way than its coordinator. They train on until they
 * know of the order to stop, without looking around as they do twice per minute.
 */
async function trains(coordinator: LabConnection, worker: LabConnection = coordinator): Promise<void> {
  const stop = new AbortController();
  const options = { folder, epochMs: 20, signal: stop.signal };
  const timings = { checkMs: 600_000 };
  const working = simulateWorkers({ ...worker, timings }, 2, options);
  const study = { name: "s", trials: 4, epochs: 100_000, pruner: afterThree };
  const ending = await driveSimulated(db, coordinator, study);
  stop.abort();
  await working;
  expect(ending.state).toBe("complete");
  const store = openStore(db, { readonly: true });
  expect(store.trials(store.findStudy("s")!.id).map(({ state }) => state)).toEqual(Array(4).fill("pruned"));
  store.close();
}

/** Whom a file of credentials is for, as the configuration of a server names it. */
function publicKeyIn(creds: string): string {
  const [seed] = /^SU[A-Z2-7]{56}$/m.exec(readFileSync(creds, "utf8"))!;
  return nkeys.fromSeed(new TextEncoder().encode(seed)).getPublicKey();
}

/** What `seqtune workers` says there. */
async function workersSays(server: NatsServer, ...more: readonly string[]): Promise<string> {
  const { code, stderr } = await runCli(["workers", "--nats", server.url, ...more], { cwd: folder });
  return `${code} ${stderr.trim()}`;
}

describe("a lab whose server has a certificate of a private authority", () => {
  it("works with the authority's certificate, and says what is missing without", async () => {
    const { ca, server: its } = makeCertificates(folder);
    const tls = `tls { cert_file: ${JSON.stringify(its.cert)}, key_file: ${JSON.stringify(its.key)} }`;
    const server = await serverWith((port) => `listen: "127.0.0.1:${port}"\n${jetstream()}\n${tls}\n`);
    await trains({ servers: server.url, tls: { ca } });
    expect(await workersSays(server, "--tls-ca", ca)).toMatch(/^0/);
    expect(await workersSays(server)).toMatch(
      /^1 seqtune: no safe connection to the NATS server at \S+ \(.*\); give the certificate of its authority with --tls-ca FILE/,
    );
  });

  it("and that asks clients for theirs works with both, and says which is missing without", async () => {
    const { ca, server: its, client } = makeCertificates(folder);
    const [cert, key, authority] = [its.cert, its.key, ca].map((file) => JSON.stringify(file));
    const tls = `tls { cert_file: ${cert}, key_file: ${key}, ca_file: ${authority}, verify: true }`;
    const server = await serverWith((port) => `listen: "127.0.0.1:${port}"\n${jetstream()}\n${tls}\n`);
    await trains({ servers: server.url, tls: { ca, ...client } });
    const mine = ["--tls-cert", client.cert, "--tls-key", client.key];
    expect(await workersSays(server, "--tls-ca", ca, ...mine)).toMatch(/^0/);
    expect(await workersSays(server, "--tls-ca", ca)).toMatch(
      /^1 seqtune: the NATS server at \S+ asks for a client certificate.*--tls-cert FILE --tls-key FILE/,
    );
  });
});

it("a command that looks at a lab of several servers finds the one that answers", async () => {
  const silent = await Promise.all([pretend(""), pretend("")]);
  const server = await serverWith((port) => `listen: "127.0.0.1:${port}"\n${jetstream()}\n`);
  const addresses = [...silent.map(({ port }) => `nats://127.0.0.1:${port}`), server.url].join();
  const { code, stderr } = await runCli(["workers", "--nats", addresses], { cwd: folder });
  for (const one of silent) one.close();
  expect(stderr).toBe("");
  expect(code).toBe(0);
});

describe("a leaf node of the lab's server", () => {
  it("brings workers, and a coordinator, to a lab that they cannot reach themselves", async () => {
    const leafPort = await freePort();
    const hub = await serverWith(
      (port) =>
        `listen: "127.0.0.1:${port}"\n${jetstream(", domain: lab")}\nleafnodes { listen: "127.0.0.1:${leafPort}" }\n`,
    );
    const leaf = await serverWith(
      (port) =>
        `listen: "127.0.0.1:${port}"\ndefault_js_domain: { "$G": "lab" }\nleafnodes { remotes: [ { url: "nats://127.0.0.1:${leafPort}" } ] }\n`,
    );
    await until(async () => (await workersSays(leaf)).startsWith("0"), "the leaf to reach the hub");
    await trains({ servers: hub.url }, { servers: leaf.url });
    const more = driveSimulated(
      path.join(folder, "other.db"),
      { servers: leaf.url },
      { name: "o", trials: 2, epochs: 1 },
    );
    const stop = new AbortController();
    const working = simulateWorkers({ servers: hub.url }, 1, {
      folder,
      epochMs: 1,
      name: "v",
      signal: stop.signal,
    });
    expect((await more).state).toBe("complete");
    stop.abort();
    await working;
  });

  it("that joins the account of a worker of nats-config brings that worker, under its own key", async () => {
    const lab = path.join(folder, "lab");
    const leafPort = await freePort();
    const hub = await NatsServer.start({
      configure: async (port) => {
        await writeNatsConfig({ out: lab, listen: `127.0.0.1:${port}`, hosts: [], workers: ["worker"] });
        const file = path.join(lab, "nats.conf");
        writeFileSync(file, readFileSync(file, "utf8").replace("jetstream {", "jetstream {\n  domain: lab"));
        appendFileSync(
          file,
          `leafnodes { listen: "127.0.0.1:${leafPort}", authorization {
            users: [ { user: leaf, password: secret, account: USER_worker } ] } }\n`,
        );
        return file;
      },
    });
    servers.push(hub);
    const [coordinator, worker] = ["coordinator", "worker"].map((who) => path.join(lab, `${who}.creds`));
    const leaf = await serverWith(
      (port) => `listen: "127.0.0.1:${port}"
        accounts { WORKER { users: [ { nkey: ${publicKeyIn(worker!)} } ] } }
        default_js_domain: { WORKER: lab }
        leafnodes { remotes: [ { url: "nats://leaf:secret@127.0.0.1:${leafPort}", account: WORKER } ] }
      `,
    );
    await trains(
      { servers: hub.url, ...credentialsIn(coordinator) },
      { servers: leaf.url, ...credentialsIn(worker) },
    );
  });
});
