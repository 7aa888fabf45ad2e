import { existsSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import { startCli } from "../support/cli-process.ts";
import { NatsServer } from "../support/nats-server.ts";
import type { Script } from "../support/script.ts";

const data = fileURLToPath(new URL("../../data/sunspots_yearly.csv", import.meta.url));
const sweep = `
name: early
seed: 5
method: random
data: { file: ${JSON.stringify(data)}, targets: [SUNACTIVITY], time: YEAR, horizon: 1, window: 12 }
model: { batch_size: 16 }
parameters: { hidden: { min: 4, max: 8 } }
budget: { trials: 2, epochs: 2 }
`;

let folder: string;
let server: NatsServer;
let running: Script[] = [];

/** A server whose address is known and which is not there yet. */
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-early-"));
  writeFileSync(path.join(folder, "early.yaml"), sweep);
  server = await NatsServer.start();
  await server.kill();
});
afterEach(async () => {
  for (const script of running) script.kill("SIGKILL");
  await Promise.all(running.map((script) => script.ended));
  running = [];
  await server.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const db = (): string => path.join(folder, "early.db");

function start(command: string, ...more: string[]): Script {
  const script = startCli([command, ...more, "--nats", server.url]);
  running.push(script);
  return script;
}

const startRun = (): Script => start("run", path.join(folder, "early.yaml"), "--db", db(), "--plain");

describe("what is started before the lab's server", () => {
  it("waits for it, says so once, and goes on by itself: coordinator, worker and standby", async () => {
    const run = startRun();
    const standby = start("standby", "--db", path.join(folder, "standby.db"));
    const worker = start("worker", "--engine", "fused", "--cache", path.join(folder, "cache"));
    const waiting = `no NATS server answers at ${server.url} (connection refused)`;
    const told = await run.line(`note: ${waiting}`);
    expect(told).toMatch(/; waiting until it answers \(Ctrl-C ends\)$/);
    await standby.line(waiting);
    await worker.line(waiting);
    expect(existsSync(db())).toBe(false);

    await server.up();
    const { how, stderr } = await run.ended;
    expect({ how, stderr }).toEqual({ how: 0, stderr: "" });
    await standby.line("no study is backed up");
    for (const { lines } of [run, standby, worker])
      expect(lines.filter((line) => line.includes("connection refused"))).toHaveLength(1);
  });

  it("ends by Ctrl-C in good order: run makes no study, resume leaves its study as it was", async () => {
    const run = startRun();
    await run.line("note: no NATS server answers");
    run.kill("SIGINT");
    const { how, stderr } = await run.ended;
    expect({ how, stderr }).toEqual({
      how: 130,
      stderr: `seqtune: stopped waiting for the NATS server at ${server.url}; no study was made\n`,
    });
    expect(existsSync(db())).toBe(false);

    await server.up();
    const begun = startRun();
    await begun.line("note: no worker yet");
    begun.kill("SIGINT");
    await begun.ended;
    await server.kill();
    const resume = start("resume", "early", "--db", db(), "--plain");
    await resume.line("note: no NATS server answers");
    resume.kill("SIGTERM");
    expect((await resume.ended).how).toBe(130);
    const store = openStore(db(), { readonly: true });
    expect(store.findStudy("early")).toMatchObject({
      state: "interrupted",
      reason: "while it waited for the lab's server; nothing recorded is lost",
    });
    store.close();
  });
});
