/** Behind a leaf node nobody hears what is written to a bucket at the lab's server; it is read there. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { claimed, assignment, ended, Lab, Memory, quick, soon, started } from "../support/nats-lab.ts";
import { freePort, NatsServer } from "../support/nats-server.ts";
import { until } from "../support/until.ts";

let folder: string;
let hub: NatsServer;
let leaf: NatsServer;
let lab: Lab;

async function serverWith(configuration: (port: number) => string): Promise<NatsServer> {
  return await NatsServer.start({
    configure: async (port) => {
      const file = path.join(folder, `${port}.conf`);
      await writeFile(file, configuration(port));
      return file;
    },
  });
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-leaf-"));
  const leafPort = await freePort();
  const store = JSON.stringify(path.join(folder, "store"));
  hub = await serverWith(
    (port) =>
      `listen: "127.0.0.1:${port}"\njetstream { store_dir: ${store}, domain: lab }\nleafnodes { listen: "127.0.0.1:${leafPort}" }\n`,
  );
  leaf = await serverWith(
    (port) =>
      `listen: "127.0.0.1:${port}"\ndefault_js_domain: { "$G": "lab" }\nleafnodes { remotes: [ { url: "nats://127.0.0.1:${leafPort}" } ] }\n`,
  );
});
afterAll(async () => {
  await Promise.all([hub.close(), leaf.close()]);
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});
beforeEach(async () => {
  lab = await Lab.create(hub);
});
afterEach(async () => {
  await lab.end();
});

/** As in a lab where nothing but the reading of what is not heard would bring the news. */
const patient = { ...quick, resendMs: 600_000, checkMs: 600_000 };

describe("a worker behind a leaf node", () => {
  it("forgets what is committed, and finds the queue of a sweep that asks for its label, without a look around", async () => {
    const bus = await lab.coordinator("first");
    await bus.open(new Memory());
    await bus.offer(assignment("first", 0));
    const worker = await lab.worker("w1", {
      servers: leaf.url,
      timings: patient,
      labels: { gpu: "a100" },
    });
    const ref = await claimed(worker);
    worker.send(started(ref, "w1"));
    worker.send(ended(ref, 1));
    const patience = soon();
    await worker.flush(patience);
    expect(patience.aborted).toBe(false);
    const claiming = claimed(worker); // it knows the queues there are by now
    const other = await lab.coordinator("second", { requires: { gpu: "a100" } });
    await other.open(new Memory());
    await other.offer(assignment("second", 0));
    expect(await claiming).toMatchObject({ study: "second" });
  });
});

describe("a coordinator behind a leaf node", () => {
  it("learns of heartbeats again and again, and of a goodbye", async () => {
    const memory = new Memory();
    const bus = await lab.coordinator("study", { servers: leaf.url, timings: patient });
    await bus.open(memory);
    const worker = await lab.worker("w1");
    worker.announce({ id: "w1", host: "h", pid: 1, version: "0", labels: {} });
    const seen = (): number => memory.changes.filter(({ kind }) => kind === "seen").length;
    await until(() => seen() > 5, "heartbeats");
    await worker.close();
    await until(() => memory.changes.at(-1)?.kind === "gone", "the goodbye");
  });
});
