import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { SlotKeeper } from "../../orchestrator/lab/slot-keeper.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { startScript } from "../support/script.ts";
import { until } from "../support/until.ts";
import { removeFolder } from "../support/remove-folder.ts";

const data = fileURLToPath(new URL("../../data/sunspots_yearly.csv", import.meta.url));
const standIn = fileURLToPath(new URL("../support/slot-standin.ts", import.meta.url));
const node = process.execPath;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-crowd-"));
});
afterEach(async () => {
  process.execPath = node;
  await removeFolder(folder);
});

it("a study with more workers than the system allows fails in one sentence, and does not stay running", async () => {
  const sweep = path.join(folder, "sweep.yaml");
  writeFileSync(
    sweep,
    `
name: crowd
method: random
data: { file: ${JSON.stringify(data)}, targets: [SUNACTIVITY], time: YEAR, horizon: 1, window: 12 }
parameters: { hidden: { min: 4, max: 16 } }
budget: { trials: 30, epochs: 2 }
workers: 30
`,
  );
  const db = path.join(folder, "study.db");
  const program = new URL("../support/crowded-cli.ts", import.meta.url);
  const crowd = startScript(
    program,
    ["16", "run", sweep, "--plain", "--db", db],
    ["sh", "-c", 'ulimit -n 512 && exec "$@"', "sh"],
  );
  const { stderr } = await crowd.ended;
  expect(stderr).toBe("");
  const told = crowd.lines.filter((line) => line.includes("the system refused"));
  const why = "EMFILE: too many files are open; start fewer, or allow more with: ulimit -n";
  expect(told[0]).toBe(`study failed: workers cannot start: the system refused a worker process (${why})`);
  expect(crowd.lines.at(-1)).not.toBe("exit code 0");
  expect(crowd.lines.join("\n")).not.toMatch(/\bat .*\.[jt]s:\d+|internal error/);
  const store = openStore(db, { readonly: true });
  expect(store.findStudy("crowd")?.state).toBe("failed");
  store.close();
});

it("a slot whose process the system refuses says so and is tried again", async () => {
  const deaths: string[] = [];
  const heard: string[] = [];
  process.execPath = path.join(folder, "no such program");
  const keeper = new SlotKeeper({
    entry: standIn,
    start: {
      id: "w1",
      engine: "auto",
      servers: "nats://127.0.0.1:1",
      labels: {},
      folder,
      leaveOnDrain: false,
    },
    env: {},
    onNews: ({ kind }) => heard.push(kind),
    onDeath: (reason) => {
      deaths.push(reason);
      process.execPath = node;
    },
  });
  await until(() => heard.length > 0, "the process that could be started");
  expect(deaths).toEqual([expect.stringMatching(/^the system refused a worker process \(.*ENOENT\)$/)]);
  keeper.finish();
  await keeper.over;
});
