import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { kernelsFinding } from "../../../orchestrator/cli/doctor/engines.ts";
import {
  gpuFinding,
  natsFinding,
  nodeFinding,
  sqliteFinding,
} from "../../../orchestrator/cli/doctor/machine.ts";
import { placeFindings } from "../../../orchestrator/cli/doctor/place.ts";
import { doctorText } from "../../../orchestrator/cli/text/doctor.ts";
import { labFolder } from "./support.ts";

const cwd = labFolder();

describe("doctor", () => {
  it("wants a Node that seqtune runs on", () => {
    expect(nodeFinding("20.19.0")).toEqual({ name: "Node", status: "ok", found: "20.19.0", advice: null });
    expect(nodeFinding("18.20.8").status).toBe("problem");
    expect(nodeFinding().status).toBe("ok");
  });

  it("knows SQLite's version", () => {
    expect(sqliteFinding().found).toMatch(/^3\.\d+/);
  });

  it.each([
    { version: "2.9.10", advice: /lacks security fixes; .* take 2\.12\.7 or newer/ },
    { version: "2.11.15", advice: /lacks security fixes/ },
    { version: "2.12.6", advice: /lacks security fixes/ },
    { version: "2.11.16", advice: null },
    { version: "2.12.7", advice: null },
    { version: "2.15.1", advice: null },
  ])("takes nats-server $version, and says where security fixes are missing", async ({ version, advice }) => {
    const folder = mkdtempSync(path.join(tmpdir(), "seqtune-doctor-"));
    const file = path.join(folder, "nats-server");
    writeFileSync(file, `#!/bin/sh\necho "nats-server: v${version}"\n`, { mode: 0o755 });
    const finding = await natsFinding({ NATS_SERVER_BIN: file });
    rmSync(folder, { recursive: true });
    expect(finding.status).toBe("ok");
    if (advice === null) expect(finding.advice).toBeNull();
    else expect(finding.advice).toMatch(advice);
  });

  it("does without a GPU and without a nats-server, and says how to get them", async () => {
    const gpu = await gpuFinding("there-is-no-such-program");
    expect(gpu).toMatchObject({ status: "missing", found: "none found" });
    const nats = await natsFinding({ NATS_SERVER_BIN: "/there/is/no/nats-server" });
    expect(nats.status).toBe("missing");
    expect(nats.advice).toContain("apt-get install nats-server");
  });

  it("looks whether the database can be written", async () => {
    const [database, disk] = await placeFindings(`${cwd}/seqtune.db`);
    expect(database).toMatchObject({ name: "database", status: "ok" });
    expect(disk).toMatchObject({ name: "disk", status: "ok" });
    expect(await placeFindings(`${cwd}/no/such/place.db`)).toEqual([
      {
        name: "database",
        status: "problem",
        found: `the folder ${cwd}/no/such does not exist`,
        advice: "create it, or choose another --db",
      },
    ]);
  });

  it("names the kernels in use, and warns where the CPU has faster ones that are not built", () => {
    const info = { engine: "fused", backend: "wasm", version: "relaxed SIMD", device: "cpu" };
    const wasm = { name: "wasm", found: true, info } as const;
    const avx512 = {
      name: "native-avx512",
      found: false,
      reason: "this CPU has no AVX-512",
      remedy: "a CPU",
    } as const;
    const unbuilt = {
      name: "native-plain",
      found: false,
      reason: "the native kernels are not built",
      remedy: "apt-get install gcc",
    } as const;
    expect(kernelsFinding([avx512, wasm])).toEqual({
      name: "kernels",
      status: "ok",
      found: "wasm (relaxed SIMD)",
      advice: null,
    });
    expect(kernelsFinding([avx512, unbuilt, wasm])).toEqual({
      name: "kernels",
      status: "missing",
      found: "wasm (relaxed SIMD), slower than this CPU can: the native kernels are not built",
      advice: "apt-get install gcc",
    });
  });

  it("puts what to do beneath what is missing", () => {
    const findings = [
      { name: "Node", status: "ok", found: "20.20.2", advice: null },
      { name: "nats", status: "missing", found: "not found", advice: "apt-get install nats-server" },
      { name: "disk", status: "problem", found: "1.2 MB free in /lab", advice: "make room" },
    ] as const;
    expect(`\n${doctorText(findings, 60, pc.createColors(false))}`).toMatchInlineSnapshot(`
      "
      ok       Node  20.20.2
      missing  nats  not found
                     → apt-get install nats-server
      problem  disk  1.2 MB free in /lab
                     → make room

      1 problem stands in the way"
    `);
  });
});
