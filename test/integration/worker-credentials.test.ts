/** A worker with credentials that let it train and keep it from hearing orders. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeNatsConfig } from "../../orchestrator/nats-config/write.ts";
import { startCli } from "../support/cli-process.ts";
import { NatsServer } from "../support/nats-server.ts";
import type { Script } from "../support/script.ts";

let root: string;
let server: NatsServer;
/** Commands of the test that is on, to be ended also where it fails. */
let scripts: Script[] = [];
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "seqtune-who-"));
  server = await NatsServer.start({
    configure: async (port) => {
      await writeNatsConfig({ out: root, listen: `127.0.0.1:${port}`, hosts: [], workers: ["worker"] });
      return path.join(root, "nats.conf");
    },
  });
});
afterEach(async () => {
  for (const script of scripts) script.kill("SIGKILL");
  await Promise.all(scripts.map((script) => script.ended));
  scripts = [];
  await server.close();
  await rm(root, { recursive: true, force: true, maxRetries: 10 });
});

function start(...args: string[]): Script {
  const script = startCli(args);
  scripts.push(script);
  return script;
}

const args = (who: string): string[] => {
  const creds = path.join(root, `${who}.creds`);
  return ["worker", "--nats", server.url, "--creds", creds, "--cache", path.join(root, "cache")];
};

it("a worker with the coordinator's credentials ends with one sentence", async () => {
  const worker = start(...args("coordinator"));
  const { how, stderr } = await worker.ended;
  expect(stderr).toBe(
    "seqtune: these NATS credentials may not read seqtune.drain.*; use the coordinator's credentials for run, resume, standby, " +
      "stop, lr-find and workers, the viewer's for leaderboard and workers, the worker's for worker " +
      "(seqtune nats-config writes them; for a server that you have, --print-permissions prints what each role may)\n",
  );
  expect(how).toBe(1);
  expect(worker.lines.join("\n")).not.toContain("waiting for work");
});

it("a worker's credentials let it wait for work, also before the first study; seqtune workers says so to those allowed to ask", async () => {
  const worker = start(...args("worker"));
  await worker.line("waiting for work");
  const list = (who: string, ...more: string[]) =>
    start("workers", "--nats", server.url, "--creds", path.join(root, `${who}.creds`), ...more);
  const shown = list("coordinator");
  expect(await shown.ended).toEqual({ how: 0, stderr: "" });
  expect(shown.lines).toEqual([
    `workers show here once a study was started on ${server.url}; until then each says of itself "waiting for work"`,
  ]);
  const json = list("coordinator", "--json");
  expect(await json.ended).toEqual({ how: 0, stderr: "" });
  expect(JSON.parse(json.lines.join(""))).toEqual([]);

  const { how, stderr } = await list("worker").ended;
  expect(stderr).toMatch(
    /^seqtune: these NATS credentials may not use \S+; use the coordinator's credentials for .* and workers, /,
  );
  expect(how).toBe(1);
  worker.kill("SIGTERM");
  expect((await worker.ended).how).toBe(0);
});
