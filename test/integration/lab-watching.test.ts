import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { startCli } from "../support/cli-process.ts";
import { alertQueries, dashboardQueries, namesIn, repository } from "../support/deploy-queries.ts";
import { NatsServer } from "../support/nats-server.ts";
import { quick } from "../support/nats-lab.ts";
import type { Script } from "../support/script.ts";
import { found, until } from "../support/until.ts";

const prometheusFile = installed("prometheus");
const toolFile = installed("promtool");

const sweep = `
name: seen
seed: 3
method: random
data: { file: ${JSON.stringify(repository("data/sunspots_yearly.csv"))}, targets: [SUNACTIVITY], time: YEAR, horizon: 1, window: 12 }
model: { batch_size: 4 }
parameters: { hidden: { min: 4, max: 8 } }
budget: { trials: 2, epochs: 100000 }
`;

let folder: string;
let server: NatsServer;
let run: Script;
let worker: Script;
let metrics: { readonly run: string; readonly worker: string };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-seen-"));
  server = await NatsServer.start();
  process.env["SEQTUNE_TEST_TIMINGS"] = JSON.stringify({ ...quick, leaseMs: 20_000 });
  writeFileSync(path.join(folder, "seen.yaml"), sweep);
  const watched = ["--metrics", "127.0.0.1:0", "--log", "json", "--nats", server.url];
  const cache = path.join(folder, "cache");
  run = startCli(["run", path.join(folder, "seen.yaml"), "--db", path.join(folder, "a.db"), ...watched]);
  worker = startCli(["worker", "--engine", "fused", "--cache", cache, ...watched]);
  metrics = { run: await address(run), worker: await address(worker) };
});
afterAll(async () => {
  delete process.env["SEQTUNE_TEST_TIMINGS"];
  for (const script of [run, worker]) script.kill("SIGKILL");
  await Promise.all([run.ended, worker.ended]);
  await server.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** Of the metrics of a process, from its log. */
async function address(script: Script): Promise<string> {
  return await found(
    () => /metrics on (http:\S+\/metrics)/.exec(script.errors.join(""))?.[1],
    "the address of the metrics",
    120_000,
  );
}

/** Values by name and labels, as Prometheus reads them. */
async function values(of: "run" | "worker"): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(metrics[of])).text();
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    samples.map((line) => {
      const end = line.lastIndexOf(" ");
      return [
        line
          .slice(0, end)
          .replace(/,?study="seen"/, "")
          .replace("{}", ""),
        Number(line.slice(end + 1)),
      ];
    }),
  );
}

const health = async (of: "run" | "worker"): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(metrics[of].replace("/metrics", "/healthz"));
  return { status: response.status, body: await response.json() };
};

async function untilValue(of: "run" | "worker", name: string, is: (value: number) => boolean): Promise<void> {
  await until(
    async () => {
      const value = (await values(of)).get(name);
      return value !== undefined && is(value);
    },
    `${name} of ${of}`,
    120_000,
  );
}

describe("a study that trains in a lab", () => {
  it("shows reports, slots, queue, heartbeats, delays and streams to Prometheus, and the worker what its slots do", async () => {
    await untilValue("run", "seqtune_reports_committed_total", (count) => count > 5);
    await untilValue("run", 'seqtune_slots{state="this_study"}', (count) => count === 1);
    await untilValue("run", "seqtune_queue_depth", (count) => count === 1); // two trials, one slot
    await untilValue("worker", 'seqtune_worker_slots{state="training"}', (count) => count === 1);
    await untilValue("run", 'seqtune_stream_limit_bytes{stream="blobs"}', (bytes) => bytes > 0);
    const now = await values("run");
    const names = [...now.keys()];
    expect(now.get("seqtune_commit_delay_seconds_count")).toBeGreaterThan(0);
    expect(now.get("seqtune_study_driven")).toBe(1);
    expect(names.filter((name) => name.startsWith("seqtune_heartbeat_age_seconds{host="))).toHaveLength(1);
    expect(now.get('seqtune_trials_total{outcome="complete"}')).toBe(0);
    expect(await health("run")).toEqual({ status: 200, body: { ok: true, state: "running" } });
    expect(await health("worker")).toEqual({ status: 200, body: { ok: true, state: "1 of 1 slots work" } });
  });

  it("serves every metric that the dashboard and the alerts ask for", async () => {
    const served = new Set(
      [...(await values("run")).keys(), ...(await values("worker")).keys()].map(
        (name) => name.split("{")[0]!,
      ),
    );
    const asked = new Set([...dashboardQueries(), ...alertQueries()].flatMap(namesIn));
    expect(asked.size).toBeGreaterThan(20);
    expect([...asked].filter((name) => !served.has(name))).toEqual([]);
  });

  it.skipIf(prometheusFile === undefined || toolFile === undefined)(
    "answers every query of dashboard and alerts in a real Prometheus server",
    async () => {
      const targets = Object.values(metrics).map((url) => new URL(url).host);
      const file = path.join(folder, "prometheus.yml");
      const rules = repository("deploy/prometheus-alerts.yaml");
      await promisify(execFile)(toolFile!, ["check", "rules", rules]);
      const scrape = `{ job_name: seqtune, static_configs: [{ targets: ${JSON.stringify(targets)} }] }`;
      writeFileSync(
        file,
        `global: { scrape_interval: 1s }\nrule_files: [${rules}]\nscrape_configs: [${scrape}]\n`,
      );
      const port = 20_000 + (process.pid % 10_000);
      const storage = `--storage.tsdb.path=${path.join(folder, "prometheus")}`;
      const prometheus = spawn(
        prometheusFile!,
        [`--config.file=${file}`, storage, `--web.listen-address=127.0.0.1:${port}`],
        {
          stdio: "ignore",
        },
      );
      try {
        const ask = async (query: string): Promise<number> => {
          const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
          const answer = z
            .object({ status: z.literal("success"), data: z.object({ result: z.array(z.unknown()) }) })
            .parse(await (await fetch(url)).json());
          return answer.data.result.length;
        };
        for (const query of dashboardQueries())
          await until(
            async () =>
              await ask(query).then(
                (rows) => rows > 0,
                () => false,
              ),
            query,
            60_000,
          );
        for (const query of alertQueries()) expect(await ask(query), query).toBe(0);
      } finally {
        prometheus.kill("SIGKILL");
        await once(prometheus, "exit");
      }
    },
  );

  it("says at /healthz, in the metrics and in the log when the server is away, and when it is back", async () => {
    await server.kill();
    await untilValue("run", "seqtune_connected", (open) => open === 0);
    expect(await health("run")).toEqual({
      status: 503,
      body: { ok: false, state: "running", problem: "the lab's server does not answer" },
    });
    await until(async () => (await health("worker")).status === 503, "the worker to say so");
    await server.up();
    await until(async () => (await health("run")).status === 200, "the coordinator to be well");
    await until(async () => (await health("worker")).status === 200, "the worker to be well");
  });

  it("writes its events and nothing else to standard error, one JSON object per line", async () => {
    run.kill("SIGINT");
    expect((await run.ended).how).toBe(130);
    worker.kill("SIGINT");
    await worker.ended;
    const read = (lines: readonly string[]) =>
      lines
        .join("")
        .trimEnd()
        .split("\n")
        .map((line) =>
          z
            .looseObject({ time: z.iso.datetime(), level: z.string(), event: z.string() })
            .parse(JSON.parse(line)),
        );
    const events = new Set(read(run.errors).map(({ event }) => event));
    for (const event of [
      "study_started",
      "worker_joined",
      "trial_started",
      "report",
      "notice",
      "study_ended",
    ])
      expect(events).toContain(event);
    expect(read(run.errors).find(({ event }) => event === "report")).toMatchObject({
      level: "debug",
      study: "seen",
    });
    const ofWorker = new Set(read(worker.errors).map(({ event }) => event));
    for (const event of ["connection", "ready", "started", "ended"]) expect(ofWorker).toContain(event);
  });
});

/** The server and its tool, where they are installed. */
function installed(program: string): string | undefined {
  const places = (process.env["PATH"] ?? "").split(":").map((place) => path.join(place, program));
  return places.find((file) => existsSync(file));
}
