import Database from "better-sqlite3";
import { existsSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { writeNatsConfig } from "../../orchestrator/nats-config/write.ts";
import { protocolVersion } from "../../worker/protocol/assignment.ts";
import { JsonBucket } from "../../worker/protocol/nats/server/bucket.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { makePool } from "../../worker/protocol/nats/server/make-pool.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { ensureStreams } from "../../worker/protocol/nats/server/streams.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { runCli } from "../support/cli.ts";
import { startCli } from "../support/cli-process.ts";
import { assignment, quick } from "../support/nats-lab.ts";
import { NatsServer, type ServerOptions } from "../support/nats-server.ts";
import { pretend, pretendOldServer, type PretendServer } from "../support/pretend-server.ts";
import type { Script } from "../support/script.ts";

const data = fileURLToPath(new URL("../../data/sunspots_yearly.csv", import.meta.url));
const sweep = `
name: mistaken
method: random
data: { file: ${JSON.stringify(data)}, targets: [SUNACTIVITY], time: YEAR, horizon: 1, window: 12 }
parameters: { hidden: { min: 4, max: 16 } }
budget: { trials: 2, epochs: 2 }
`;

let folder: string;
let locked: NatsServer;
let ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-mistakes-"));
  writeFileSync(path.join(folder, "sweep.yaml"), sweep);
  writeFileSync(path.join(folder, "shopping.txt"), "milk, bread");
  locked = await NatsServer.start({
    configure: async (port) => {
      const out = path.join(folder, "lab");
      await writeNatsConfig({ out, listen: `0.0.0.0:${port}`, hosts: ["127.0.0.1"], workers: ["worker"] });
      return path.join(out, "nats.conf");
    },
  });
  const seed = /SU[A-Z0-9]{50,}/.exec(await readFile(path.join(folder, "lab", "coordinator.creds"), "utf8"))!;
  const other = path.join(folder, "other");
  await writeNatsConfig({ out: other, listen: "127.0.0.1:1", hosts: ["127.0.0.1"], workers: ["worker"] });
  const theirs = await readFile(path.join(other, "coordinator.creds"), "utf8");
  const ours = await readFile(path.join(folder, "lab", "coordinator.creds"), "utf8");
  // The right authority, so that it comes to the question who this is.
  writeFileSync(
    path.join(folder, "stranger.creds"),
    ours.replace(seed[0], /SU[A-Z0-9]{50,}/.exec(theirs)![0]),
  );
});
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
  ends = [];
});
afterAll(async () => {
  await locked.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

async function serverWith(options: ServerOptions): Promise<NatsServer> {
  const server = await NatsServer.start(options);
  ends.push(() => server.close());
  return server;
}

function closing(server: PretendServer): PretendServer {
  ends.push(async () => server.close());
  return server;
}

function start(...args: string[]): Script {
  const script = startCli(args);
  ends.push(async () => {
    script.kill("SIGKILL");
    await script.ended;
  });
  return script;
}

/** What a command says that cannot reach its lab: one line, exit code 1, no stack. */
async function refusal(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { code, stdout, stderr } = await runCli(args, { cwd: folder, env });
  expect(code, stderr).toBe(1);
  expect(stdout).toMatch(/^(sweep \w+: \d+ trials of up to \d+ epochs, \S+\n)?$/); // what `run` would have begun
  expect(stderr.trimEnd().split("\n"), stderr).toHaveLength(1);
  expect(stderr).toMatch(/^seqtune: |^error: /);
  expect(stderr).not.toMatch(/internal error|\bat .*\.[jt]s:\d+/);
  return stderr;
}

const run = (...more: string[]): string[] => ["run", "sweep.yaml", "--nats", ...more];

describe("a lab that cannot be used is reported in one sentence with what to do", () => {
  it("wherever it is named wrongly, and by every command, before anything is made", async () => {
    const cases: [readonly string[], RegExp][] = [
      [run("http://lab:4222"), /http:\/\/ is not supported; write the NATS server like nats:\/\/lab:4222/],
      [run("nats://lab:4222/x"), /"nats:\/\/lab:4222\/x" is not the address of a NATS server; write it like/],
      [
        ["workers", "--nats", "nats://127.0.0.1:9"],
        /no NATS server answers at nats:\/\/127\.0\.0\.1:9 \(connection refused\); check the address, or start one: nats-server -js/,
      ],
      [
        ["workers", "--nats", "nats://no-such-host.invalid"],
        /no NATS server answers at .*no-such-host\.invalid.* \((?:.*(?:ENOTFOUND|EAI_AGAIN)|timeout)/,
      ],
      [["leaderboard", "--nats", "nats://127.0.0.1:9"], /no NATS server answers/],
      [["stop", "x", "--nats", "nats://127.0.0.1:9"], /no NATS server answers/],
      [["lr-find", "sweep.yaml", "--nats", "nats://127.0.0.1:9"], /no NATS server answers/],
      [["workers"], /which lab\? name its NATS server with --nats/],
    ];
    await Promise.all(cases.map(async ([args, words]) => expect(await refusal(args)).toMatch(words)));
    expect(existsSync(path.join(folder, "seqtune.db"))).toBe(false);
  });

  it("credentials that are missing, unreadable, of another user, or insufficient", async () => {
    const { url } = locked;
    const cases: [readonly string[], RegExp][] = [
      [
        run(url),
        /no safe connection to the NATS server .*; give the certificate of its authority with --tls-ca FILE, or by a credentials file/,
      ],
      [run(url, "--tls-ca", "lab/ca.pem"), /refused the credentials; give those it was set up with/],
      [
        run(url, "--creds", "none.creds"),
        /the credentials file .*none\.creds cannot be read; check its path/,
      ],
      [
        run(url, "--creds", "shopping.txt"),
        /shopping\.txt holds no credentials that NATS knows; give a file of seqtune nats-config/,
      ],
      [run(url, "--creds", "stranger.creds"), /refused the credentials; give those it was set up with/],
      [
        run(url, "--creds", "lab/worker.creds"),
        /these NATS credentials may not use .*; use the coordinator's credentials for run/,
      ],
      [
        ["workers", "--nats", url, "--creds", "lab/worker.creds"],
        /may not use .*; use the coordinator's credentials for .* and workers, the viewer's for leaderboard and workers/,
      ],
      [["worker", "--cache", "cache", "--nats", url, "--creds", "stranger.creds"], /refused the credentials/],
    ];
    for (const [args, words] of cases) {
      if (args[0] !== "worker") expect(await refusal(args)).toMatch(words);
    }
    const worker = await runCli(cases.at(-1)![0], { cwd: folder });
    expect(worker.code).toBe(1);
    expect(worker.stderr).toMatch(/^seqtune: the NATS server at \S+ refused the credentials; [^\n]*\n$/);
    expect(existsSync(path.join(folder, "seqtune.db"))).toBe(false);
  });

  it("a server without JetStream, without room, or open to the network", async () => {
    const without = await serverWith({ jetstream: false });
    expect(await refusal(run(without.url))).toMatch(/runs without JetStream, .*; start it with -js/);
    const full = await serverWith({ storeBytes: "20MB" });
    expect(await refusal(run(full.url))).toMatch(
      /has no room for stream SEQTUNE_\w+; free disk space or raise max_file_store in its configuration/,
    );
    const open = await serverWith({ host: "0.0.0.0" });
    expect(await refusal(run(open.url))).toMatch(
      /listens beyond this machine and asks for no credentials, .*; set it up with: seqtune nats-config --out lab\//,
    );
    expect(existsSync(path.join(folder, "seqtune.db"))).toBe(false);
  });

  it("a server that is too old, and something that is not a NATS server", async () => {
    const old = closing(await pretendOldServer());
    expect(await refusal(run(`nats://127.0.0.1:${old.port}`))).toMatch(
      /the NATS server is version 2\.8\.4; 2\.9\.10 or newer is needed: update nats-server/,
    );
    const web = closing(await pretend("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expect(await refusal(run(`nats://127.0.0.1:${web.port}`))).toMatch(
      /what answers at nats:\/\/127\.0\.0\.1:\d+ is no NATS server; check its host and port/,
    );
  });
});

describe("two processes that contradict each other", () => {
  it("a copy of a database whose study is running is refused with the name of its process, and the study goes on", async () => {
    const server = await serverWith({});
    const env = { SEQTUNE_TEST_TIMINGS: JSON.stringify({ ...quick, lockLeaseMs: 60_000 }) };
    Object.assign(process.env, env);
    ends.push(async () => {
      delete process.env["SEQTUNE_TEST_TIMINGS"];
    });
    const db = path.join(folder, "first.db");
    const first = start("run", path.join(folder, "sweep.yaml"), "--db", db, "--nats", server.url);
    await first.line("note: no worker yet");
    const copy = path.join(folder, "copy.db");
    const open = new Database(db, { readonly: true });
    await open.backup(copy);
    open.close();
    const again = await refusal(["resume", "mistaken", "--db", db, "--nats", server.url], env);
    expect(again).toMatch(
      /^seqtune: study mistaken is being run by process \d+ on \S+ already; wait for it, or end it with: seqtune stop mistaken\n$/,
    );
    const second = await runCli(["resume", "mistaken", "--db", copy, "--nats", server.url, "--plain"], {
      cwd: folder,
      env,
    });
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(
      /^seqtune: study mistaken is already driven by process \d+ on \S+; stop that one first, or look at it with: seqtune leaderboard --nats …\n$/,
    );
    const worker = start(
      "worker",
      "--nats",
      server.url,
      "--cache",
      path.join(folder, "w"),
      "--drain",
      "--engine",
      "fused",
    );
    expect((await first.ended).how).toBe(0);
    expect((await worker.ended).how).toBe(0);
  });

  it("a worker that meets a coordinator of another version says so and waits for one of its own", async () => {
    const server = await serverWith({});
    const link = await Link.connect({ servers: server.url, name: "test" }, defaultTimings);
    const names = namesFor();
    await ensureStreams(link, names, { count: 1, asked: true });
    await makePool(link, names, await JsonBucket.open(link, names.state), {}, defaultTimings.ackWaitMs);
    const worker = start(
      "worker",
      "--nats",
      server.url,
      "--cache",
      path.join(folder, "v"),
      "--engine",
      "fused",
    );
    await link.js.publish(
      "seqtune.trial.any.s1.1.1",
      JSON.stringify({ ...assignment("s1", 1), version: protocolVersion + 1 }),
    );
    await worker.line(
      `a trial came from a coordinator that speaks protocol version ${protocolVersion + 1}, this worker speaks`,
    );
    await link.close();
  });
});
