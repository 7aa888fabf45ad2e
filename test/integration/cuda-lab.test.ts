import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startCli } from "../support/cli-process.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { quick } from "../support/nats-lab.ts";
import { NatsServer } from "../support/nats-server.ts";
import type { Script } from "../support/script.ts";
import { softwareDriver, withSoftwareCuda } from "../support/software-cuda.ts";
import { openStore } from "../../storage/sqlite/open.ts";

const sweep = `
name: lab-lanes
method: random
data: { file: wave.csv, targets: [y], window: 8, horizon: 1 }
parameters:
  hidden: { values: [3, 5, 7] }
  learning_rate: { min: 0.001, max: 0.1 }
budget: { trials: 9, epochs: 4 }
`;

let server: NatsServer;
let running: Script[] = [];

beforeEach(async () => {
  server = await NatsServer.start();
  const rows = Array.from({ length: 150 }, (_, t) => Math.sin(t / 4).toFixed(4));
  writeFileSync(path.join(folder, "wave.csv"), `y\n${rows.join("\n")}\n`);
  writeFileSync(path.join(folder, "sweep.yaml"), sweep);
  process.env["SEQTUNE_NATS"] = server.url;
  process.env["SEQTUNE_TEST_TIMINGS"] = JSON.stringify({ ...quick, lockLeaseMs: 2_000, leaseMs: 20_000 });
  process.env["SEQTUNE_CUDA_DRIVER"] = softwareDriver;
});
afterEach(async () => {
  for (const script of running) script.kill("SIGKILL");
  await Promise.all(running.map((script) => script.ended));
  running = [];
  await server.close();
  for (const name of ["NATS", "TEST_TIMINGS", "CUDA_DRIVER"]) delete process.env[`SEQTUNE_${name}`];
});

function start(...args: string[]): Script {
  const script = startCli(args);
  running.push(script);
  return script;
}

withSoftwareCuda("a lab with a GPU", () => {
  it("has a worker for each lane of its process, which trains and ends as workers do", async () => {
    const cache = path.join(folder, "cache");
    const worker = start("worker", "--engine", "cuda", "--lanes", "3", "--cache", cache);
    await worker.line("ready: fused/cuda on software CUDA");
    const study = start("run", path.join(folder, "sweep.yaml"), "--db", db);
    expect(await study.ended).toMatchObject({ how: 0 });
    const store = openStore(db, { readonly: true });
    try {
      const { id } = store.findStudy("lab-lanes")!;
      expect(store.trials(id).map(({ state }) => state)).toEqual(Array.from({ length: 9 }, () => "complete"));
      const workers = store.workers(id).map((row) => row.id);
      expect(workers.filter((name) => /-lane[23]$/.test(name))).toHaveLength(2);
      expect(workers).toHaveLength(3);
    } finally {
      store.close();
    }
    worker.kill("SIGTERM");
    expect(await worker.ended).toMatchObject({ how: 0 });
  });
});
