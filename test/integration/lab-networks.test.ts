/** Labs behind what networks have: TLS by an authority of one's own, certificates of clients, leaf nodes. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { LabConnection } from "../../orchestrator/lab/connection.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { makeCertificates } from "../support/certificates.ts";
import { runCli } from "../support/cli.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { freePort, NatsServer } from "../support/nats-server.ts";
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

/** A study of four trials by two workers, who may reach the lab in another way than its coordinator. */
async function trains(coordinator: LabConnection, worker: LabConnection = coordinator): Promise<void> {
  const stop = new AbortController();
  const options = { folder, epochMs: 1, signal: stop.signal };
  const working = simulateWorkers(worker, 2, options);
  const ending = await driveSimulated(db, coordinator, { name: "s", trials: 4, epochs: 3 });
  stop.abort();
  await working;
  expect(ending.state).toBe("complete");
  const store = openStore(db, { readonly: true });
  expect([...store.reports(store.findStudy("s")!.id)]).toHaveLength(12);
  store.close();
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
});
