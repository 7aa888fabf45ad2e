/** What `npm pack` writes, installed in an empty folder: without a compiler, without TF.js, used as anyone uses it. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeFolder } from "../support/remove-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const place = mkdtempSync(path.join(tmpdir(), "seqtune-package-"));
const app = path.join(place, "app");

/** Only these programs: Node, npm and a shell, no compiler and no Python. */
const tools = path.join(place, "tools");
const env = { HOME: process.env["HOME"], PATH: tools, npm_config_cache: process.env["npm_config_cache"] };

interface Ran {
  readonly code: number | null;
  readonly out: string;
}

function run(command: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Ran {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: app,
    env: { ...env, ...more },
    encoding: "utf8",
  });
  return { code: status, out: stdout + stderr };
}

const seqtune = (...args: string[]): Ran => run("npx", ["--no-install", "seqtune", ...args]);

/** The binary that this machine's better-sqlite3 is, where its installation looks for prebuilt ones. */
function prebuiltSqlite(): string {
  const from = path.join(root, "node_modules/better-sqlite3");
  const { version } = JSON.parse(readFileSync(path.join(from, "package.json"), "utf8")) as {
    version: string;
  };
  const folder = path.join(place, "prebuilt");
  const binary = "build/Release/better_sqlite3.node";
  mkdirSync(path.join(folder, "build/Release"), { recursive: true });
  cpSync(path.join(from, binary), path.join(folder, binary));
  const { abi, platform, arch } = { ...process, abi: process.versions.modules };
  const name = `better-sqlite3-v${version}-node-v${abi}-${platform}-${arch}.tar.gz`;
  const packed = spawnSync("tar", ["-czf", path.join(folder, name), "-C", folder, "build"]);
  if (packed.status !== 0) throw new Error(packed.stderr.toString());
  return folder;
}

function install(): Ran {
  const packed = spawnSync("npm", ["pack", "--ignore-scripts", "--pack-destination", place], {
    cwd: root,
    encoding: "utf8",
  });
  if (packed.status !== 0) throw new Error(packed.stderr);
  const file = path.join(place, packed.stdout.trim().split("\n").at(-1)!);
  writeFileSync(path.join(app, "package.json"), JSON.stringify({ private: true, type: "module" }));
  return run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", file], {
    npm_config_better_sqlite3_local_prebuilds: prebuiltSqlite(),
    npm_config_fetch_retries: "0",
    npm_config_fetch_timeout: "60000",
    npm_config_registry: process.env["npm_config_registry"],
  });
}

function linkTools(): void {
  mkdirSync(tools);
  mkdirSync(app);
  const found = spawnSync("sh", ["-c", "for name in npm npx sh; do command -v $name; done"], {
    encoding: "utf8",
  })
    .stdout.trim()
    .split("\n");
  for (const file of [...found, process.execPath]) symlinkSync(file, path.join(tools, path.basename(file)));
  symlinkSync("/usr/bin/env", path.join(tools, "env"));
}

const unreachable = /E(NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|NOTCACHED)|network request/;
let skipped: string | null = null;

beforeAll(() => {
  linkTools();
  const { code, out } = install();
  if (code !== 0 && unreachable.test(out)) skipped = "the npm registry cannot be reached";
  else if (code !== 0) throw new Error(out);
}, 900_000);
afterAll(() => removeFolder(place));

describe("the installed package", () => {
  it("runs the quickstart with the data it brings", (test) => {
    if (skipped !== null) test.skip(skipped);
    const { code, out } = seqtune("run", "node_modules/seqtune/configs/quickstart.yaml", "--plain");
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(out).toContain("24 trials");
    expect(out).toMatch(/verdict {2}trial \d+ is better than every baseline/);
    const predicted = seqtune(
      "predict",
      "seqtune.db.models/quickstart",
      "node_modules/seqtune/data/beijing_pm25.csv",
    );
    expect(predicted).toMatchObject({ code: 0 });
  });

  it("reads a large file of numbers with the kernel that it brings", (test) => {
    if (skipped !== null) test.skip(skipped);
    const built = "node_modules/seqtune/dist/worker/data/file/build/rows.wasm";
    expect(WebAssembly.validate(readFileSync(path.join(app, built)))).toBe(true);
    const rows = Array.from({ length: 80_000 }, (_, row) => `${Math.sin(row / 9).toFixed(3)},${row % 7}`);
    writeFileSync(path.join(app, "large.csv"), `wave,load\n${rows.join("\n")}\n`);
    const { code, out } = seqtune("init", "large.csv", "--yes");
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(out).toContain("80000 rows");
  });

  it("does without TF.js, and says how to get it where a sweep asks for it", (test) => {
    if (skipped !== null) test.skip(skipped);
    const asked = seqtune("run", "node_modules/seqtune/configs/quickstart.yaml", "--engine", "tfjs-wasm");
    expect(asked.code).toBe(1); // refused before there is a study
    expect(asked.out).toMatch(
      /engine tfjs-wasm does not run here: @tensorflow\/tfjs-core is not installed\. To get it: npm install @tensorflow\/tfjs-core@4\.22\.0 @tensorflow\/tfjs-layers@4\.22\.0 @tensorflow\/tfjs-backend-wasm@4\.22\.0/,
    );
    const { ok } = JSON.parse(seqtune("doctor", "--json").out) as { ok: boolean };
    expect(ok).toBe(true);
  });

  it("gives a TypeScript project both entry points with their types", (test) => {
    if (skipped !== null) test.skip(skipped);
    writeFileSync(path.join(app, "tune.ts"), tune);
    const tsc = path.join(
      path.dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
      "bin/tsc",
    );
    const options = ["--module", "nodenext", "--target", "esnext", "--strict", "--ignoreConfig", "tune.ts"];
    expect(run(process.execPath, [tsc, ...options])).toEqual({ code: 0, out: "" });
    expect(run(process.execPath, ["tune.js"])).toEqual({ code: 0, out: "false 4 complete\n" });
    expect(seqtune("leaderboard", "typed", "--db", "typed.db").out).toContain("4 trials: 4 complete");
  });
});

const tune = `
import { choice, createStudy, float, UserError } from "seqtune";
import { trial } from "seqtune/trial";

const study = await createStudy({
  name: "typed", db: "typed.db", metric: "loss", goal: "minimize", budget: { trials: 4 },
  space: { lr: float(1e-4, 1e-1, { log: true }), optimizer: choice(["adam", "sgd"]) },
});
const outcomes = new Set<string>();
let asked = 0;
for await (const given of study) {
  const optimizer: "adam" | "sgd" = given.params.optimizer;
  // @ts-expect-error: the space says what a parameter may be
  const wrong: "rmsprop" = optimizer;
  asked += wrong.length > 0 ? 1 : 0;
  await given.complete(given.params.lr);
}
for (const { outcome } of study.leaderboard().trials) outcomes.add(outcome);
await study.close();
if (new UserError("a sentence").message !== "a sentence") throw new Error("UserError");
console.log(trial.isRunBySeqtune, asked, [...outcomes].join());
`;
