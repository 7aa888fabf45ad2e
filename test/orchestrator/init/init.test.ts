import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSweep } from "../../../orchestrator/config/load.ts";
import { tell } from "../cli/support.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), "seqtune-init-"));
  const rows = Array.from({ length: 200 }, (_, i) => {
    const date = new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);
    return `${date},${(10 + 3 * Math.sin((2 * Math.PI * i) / 7)).toFixed(3)},${i % 5}`;
  });
  writeFileSync(path.join(cwd, "visits.csv"), `date,visits,weather\n${rows.join("\n")}\n`);
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

describe("seqtune init", () => {
  it("writes a sweep with comments that runs as it is, and says what it found", async () => {
    const { code, stdout } = await tell(["init", "visits.csv", "--target", "visits", "--yes"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("season         7");
    expect(stdout).toContain("seqtune run visits.yaml");
    const text = readFileSync(path.join(cwd, "visits.yaml"), "utf8");
    expect(text).toContain("horizon: 7 # rows ahead to predict");
    const loaded = await loadSweep(path.join(cwd, "visits.yaml"));
    expect(loaded).toMatchObject({ ok: true, sweep: { name: "visits", workers: {} } });
    const check = await tell(["check", path.join(cwd, "visits.yaml"), "--json"], { cwd });
    expect(check.code).toBe(0);
  });

  it("never overwrites a file", async () => {
    writeFileSync(path.join(cwd, "visits.yaml"), "mine");
    const { code, stderr } = await tell(["init", "visits.csv", "--yes"], { cwd });
    expect({ code, said: stderr }).toEqual({
      code: 1,
      said: expect.stringContaining("exists already") as string,
    });
    expect(readFileSync(path.join(cwd, "visits.yaml"), "utf8")).toBe("mine");
  });

  it("writes nothing for a file that cannot be used, and says why", async () => {
    writeFileSync(path.join(cwd, "short.csv"), "date,y\n2020-01-01,1\n2020-01-02,2\n");
    const { code, stderr } = await tell(["init", "short.csv", "--yes"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain("short.csv");
    expect(existsSync(path.join(cwd, "short.yaml"))).toBe(false);
  });

  it("prints what it found as JSON for programs", async () => {
    const { stdout } = await tell(["init", "visits.csv", "--json", "--out", "sub.yaml"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ settings: { time: "date" }, assumptions: [] });
  });
});
