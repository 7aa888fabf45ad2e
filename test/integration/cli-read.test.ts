import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import { cliProgram, runCli } from "../support/cli.ts";
import { makeSampleDatabase } from "../support/sample-studies.ts";
import { newStudy, wholeTrial } from "../support/study-writes.ts";
import { removeFolder } from "../support/remove-folder.ts";

const run = promisify(execFile);
const manyTrials = 3000;
let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(path.join(tmpdir(), "seqtune-read-"));
  makeSampleDatabase(path.join(cwd, "seqtune.db"));
  const store = openStore(path.join(cwd, "many.db"));
  const study = store.createStudy(newStudy({ name: "many" }));
  const writes = Array.from({ length: manyTrials }, (_, trial) => wholeTrial(trial, [1 + trial]));
  store.record(study.id, writes.flat(), "process");
  store.close();
});
afterAll(() => removeFolder(cwd));

describe("the built command line", () => {
  it("prints its version", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(await runCli(["--version"], { cwd })).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("finds the database of SEQTUNE_DB", async () => {
    const env = { SEQTUNE_DB: path.join(cwd, "many.db") };
    const { stdout, code } = await runCli(["studies", "--json"], { cwd: tmpdir(), env });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ name: "many", trials: manyTrials, best: 1 }]);
  });

  it("gives a pipe everything, without colours unless they are forced", async () => {
    const escape = String.fromCodePoint(27);
    const all = await runCli(["leaderboard", "--db", "many.db", "--json"], { cwd });
    expect((JSON.parse(all.stdout) as { trials: unknown[] }).trials).toHaveLength(manyTrials);
    expect((await runCli(["leaderboard"], { cwd })).stdout).not.toContain(escape);
    expect((await runCli(["leaderboard"], { cwd, env: { FORCE_COLOR: "1" } })).stdout).toContain(escape);
    const both = await runCli(["leaderboard"], { cwd, env: { FORCE_COLOR: "1", NO_COLOR: "1" } });
    expect(both.stdout).not.toContain(escape);
  });

  it("ends quietly when its reader goes away", async () => {
    const command = `"${process.execPath}" "${cliProgram}" leaderboard --db many.db --json | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await run("bash", ["-c", command], { cwd });
    expect({ stdout, stderr }).toEqual({ stdout: "{\n0\n", stderr: "" });
  });

  it("says in one sentence what is wrong with a damaged database, and leaves it as it is", async () => {
    const file = path.join(cwd, "damaged.db");
    copyFileSync(path.join(cwd, "many.db"), file);
    const bytes = readFileSync(file);
    bytes.fill(0xff, 8192, bytes.length - 4096);
    writeFileSync(file, bytes);
    const { code, stdout, stderr } = await runCli(["leaderboard", "--db", "damaged.db"], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^seqtune: .*damaged\.db is damaged .*\n$/);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it("explains a word it does not know", async () => {
    const { code, stderr } = await runCli(["leadrboard"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain("Did you mean leaderboard?");
  });

  it("asks a worker process which engines run here", async () => {
    const { code, stdout, stderr } = await runCli(["doctor", "--json"], { cwd });
    const { ok, findings } = JSON.parse(stdout) as {
      ok: boolean;
      findings: { name: string; status: string }[];
    };
    expect({ code, stderr, ok }).toEqual({ code: 0, stderr: "", ok: true });
    const status = new Map(findings.map((finding) => [finding.name, finding.status]));
    expect(status.get("engine wasm")).toBe("ok");
    expect(status.get("engine tfjs-wasm")).toBe("ok");
    expect([...status.keys()]).toEqual(
      expect.arrayContaining(["Node", "SQLite", "kernels", "GPU", "nats-server", "database", "disk"]),
    );
  });
});
