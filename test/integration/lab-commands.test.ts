import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { writeNatsConfig } from "../../orchestrator/nats-config/write.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { runCli, type CliResult } from "../support/cli.ts";
import { startCli } from "../support/cli-process.ts";
import { NatsServer } from "../support/nats-server.ts";
import type { Script } from "../support/script.ts";
import { until } from "../support/until.ts";

const data = fileURLToPath(new URL("../../data/sunspots_yearly.csv", import.meta.url));

/** `name` trains `epochs` a trial with these parameters. */
function sweep(name: string, epochs: number, rate: string): string {
  return `
name: ${name}
seed: 3
method: random
data: { file: ${JSON.stringify(data)}, targets: [SUNACTIVITY], time: YEAR, horizon: 1, window: 12 }
model: { batch_size: 16 }
parameters:
  hidden: { min: 4, max: 16 }
  learning_rate: { ${rate} }
budget: { trials: 4, epochs: ${epochs} }
`;
}

const plainRate = "min: 0.001, max: 0.02, distribution: log_uniform";
let root: string;
let server: NatsServer;
let worker: Script;
/** Coordinators of the test that is on, to be ended also where it fails. */
let coordinators: Script[] = [];

/** Who studies live with, and somebody on another machine. */
const home = (): string => path.join(root, "home");
const away = (): string => path.join(root, "away");
const creds = (who: string): string => path.join(root, "lab", `${who}.creds`);
const inLab = (who: "coordinator" | "worker"): string[] => ["--nats", server.url, "--creds", creds(who)];

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "seqtune-commands-"));
  await Promise.all([mkdir(home()), mkdir(away())]);
  server = await NatsServer.start({
    configure: async (port) => {
      const hosts = ["localhost", "127.0.0.1"];
      const out = path.join(root, "lab");
      await writeNatsConfig({ out, listen: `0.0.0.0:${port}`, hosts, workers: ["worker"] });
      return path.join(out, "nats.conf");
    },
  });
  const cache = path.join(root, "cache");
  worker = startCli(["worker", ...inLab("worker"), "--engine", "fused", "--cache", cache]);
  await worker.line("waiting for work");
  writeFileSync(path.join(home(), "short.yaml"), sweep("short", 2, plainRate));
  writeFileSync(path.join(home(), "long.yaml"), sweep("long", 100_000, plainRate));
  writeFileSync(path.join(home(), "ranges.yaml"), sweep("ranges", 1, `${plainRate}, range_test: true`));
});
afterAll(async () => {
  worker.kill("SIGKILL");
  await worker.ended;
  await server.close();
  await rm(root, { recursive: true, force: true, maxRetries: 10 });
});

afterEach(async () => {
  for (const script of coordinators) script.kill("SIGKILL");
  await Promise.all(coordinators.map((script) => script.ended));
  coordinators = [];
});

function startCoordinator(...args: string[]): Script {
  const script = startCli([...args, ...inLab("coordinator")]);
  coordinators.push(script);
  return script;
}

const at = (cwd: string, ...args: string[]): Promise<CliResult> => runCli(args, { cwd });

describe("range tests", () => {
  it("of lr-find give in the lab what they give here, trainings with the suggestions included", async () => {
    const find = ["lr-find", "short.yaml", "--json", "--validate", "--epochs", "2"];
    const [there, here] = [await at(home(), ...find, ...inLab("coordinator")), await at(home(), ...find)];
    expect(there.code).toBe(0);
    expect(JSON.parse(there.stdout)).toEqual(JSON.parse(here.stdout));
    expect(worker.lines.filter((line) => line.includes("(ask-")).length).toBeGreaterThan(2);
  });

  it("of lr-find name the data file that a worker of the lab cannot use", async () => {
    writeFileSync(path.join(home(), "gap.csv"), `y\nNA\n${"1\n2\n4\n".repeat(30)}`);
    const gap = sweep("gap", 1, plainRate)
      .replace(/data: \{.*\}/, "data: { file: gap.csv, targets: [y], window: 4 }")
      .replace("hidden: ", "missing: { values: [linear, error] }\n  hidden: ");
    writeFileSync(path.join(home(), "gap.yaml"), gap);
    const find = ["lr-find", "gap.yaml", "--set", "missing=error", ...inLab("coordinator")];
    const { code, stdout, stderr } = await at(home(), ...find);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(
      `seqtune: ${path.join(home(), "gap.csv")}: 1 value of column "y" is missing, the first on line 2`,
    );
  });

  it("of a sweep are run by the workers that train it", async () => {
    const before = worker.lines.filter((line) => line.includes("(ask-")).length;
    const { code, stdout } = await at(home(), "run", "ranges.yaml", ...inLab("coordinator"));
    expect(code).toBe(0);
    expect(stdout).toContain("note: range test of ");
    expect(stdout).not.toContain("the range test failed");
    expect(worker.lines.filter((line) => line.includes("(ask-")).length).toBeGreaterThan(before);
  });
});

describe("a study that runs elsewhere", () => {
  const boardSchema = z.looseObject({
    state: z.string(),
    sort: z.string(),
    trials: z.array(z.looseObject({ number: z.int(), outcome: z.string(), value: z.number().nullable() })),
  });

  async function board(...more: string[]): Promise<z.infer<typeof boardSchema>> {
    const { stdout } = await at(away(), "leaderboard", "long", "--json", ...more, ...inLab("worker"));
    return boardSchema.parse(JSON.parse(stdout));
  }

  it("is read, sorted and stopped from any machine", async () => {
    const db = path.join(home(), "seqtune.db");
    const run = startCoordinator("run", path.join(home(), "long.yaml"), "--db", db);
    await run.line("best val_mse");
    const one = await at(away(), "stop", "long", "0", ...inLab("coordinator"));
    expect(one).toMatchObject({ code: 0, stderr: "" });
    expect(one.stdout).toMatch(/^trial 0 of long is asked to stop; its coordinator on \S+ answered\n$/);
    await run.line("trial 0 cancelled");
    await run.line("trial 2 started");
    await until(
      async () => (await board()).trials.some(({ outcome }) => outcome === "cancelled"),
      "the board to tell of it",
    );
    const numbers = (await board("--sort", "number")).trials.map(({ number }) => number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    const widths = (await board("--sort", "hidden", "--top", "2")).trials;
    expect(widths).toHaveLength(2);

    const again = await at(away(), "stop", "long", "0", ...inLab("coordinator"));
    expect(again).toMatchObject({
      code: 1,
      stderr: "seqtune: trial 0 of long has ended already: cancelled\n",
    });
    const all = await at(away(), "stop", "long", ...inLab("coordinator"));
    expect(all.stdout).toMatch(/^study long is asked to stop; its coordinator on \S+ answered\n$/);
    expect((await run.ended).how).toBe(0);
    const store = openStore(db, { readonly: true });
    expect(store.findStudy("long")).toMatchObject({ state: "stopped", reason: "stopped by `seqtune stop`" });
    expect(new Set(store.trials(store.findStudy("long")!.id).map(({ state }) => state))).toEqual(
      new Set(["cancelled"]),
    );
    store.close();
    expect((await board()).state).toBe("stopped");
    const over = await at(away(), "stop", "long", ...inLab("coordinator"));
    expect(over.stderr).toBe("seqtune: study long has ended already (stopped: stopped by `seqtune stop`)\n");
  });

  it.each([
    { args: ["stop", "none"], words: /no study "none" was published on nats:.*; it knows long, ranges/ },
    { args: ["leaderboard", "long", "--sort", "lr"], words: /cannot sort by "lr"; allowed: value, number, / },
    {
      args: ["evaluate", "long"],
      words: /is evaluated where its database is, without --nats: .* run this there/,
    },
  ])("$args that cannot be done is one sentence", async ({ args, words }) => {
    const { code, stderr, stdout } = await runCli([...args, "--nats", server.url], {
      cwd: away(),
      env: { SEQTUNE_NATS_CREDS: creds("coordinator") },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(words);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("is not stopped with a worker's credentials", async () => {
    const db = path.join(home(), "seqtune.db");
    const run = startCoordinator("resume", "long", "--db", db);
    await run.line("study long goes on");
    await until(async () => (await board()).state === "running", "the board to tell of it");
    const { code, stderr } = await at(away(), "stop", "long", ...inLab("worker"));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^seqtune: these NATS credentials may not use seqtune\.stop\.\S+; use the coordinator's/,
    );
    run.kill("SIGINT");
    expect((await run.ended).how).toBe(130);
    const gone = await at(away(), "stop", "long", ...inLab("coordinator"));
    expect(gone.stderr).toMatch(
      /^seqtune: study long is not running \(interrupted: .*\); stop it on .*, which has its database/,
    );
  });
});
