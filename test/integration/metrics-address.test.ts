import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { folder } from "../support/folder-per-test.ts";
import { pretend } from "../support/pretend-server.ts";

const sweep = `
data: { file: y.csv, targets: [y] }
parameters: { hidden: { min: 4, max: 8 } }
budget: { trials: 1, epochs: 1 }
`;

describe("an address at which metrics cannot be served", () => {
  it("is one sentence before anything is made", async () => {
    writeFileSync(path.join(folder, "seen.yaml"), sweep);
    writeFileSync(
      path.join(folder, "y.csv"),
      `y\n${Array.from({ length: 200 }, (_, t) => Math.sin(t)).join("\n")}\n`,
    );
    const other = await pretend("here");
    const taken = other.port;
    const args = ["run", "seen.yaml", "--db", "b.db"];
    const { code, stderr } = await runCli([...args, "--metrics", `127.0.0.1:${taken}`], { cwd: folder });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `seqtune: metrics cannot be served at 127.0.0.1:${taken} (another program listens there); choose another address: --metrics 127.0.0.1:${taken + 1}\n`,
    });
    const wrong = await runCli([...args, "--metrics", "lab:port"], { cwd: folder });
    expect(wrong.stderr).toContain("It must be an address and a port, such as 127.0.0.1:9464.");
    const logged = await runCli([...args, "--log", "json", "--metrics", `127.0.0.1:${taken}`], {
      cwd: folder,
    });
    expect(JSON.parse(logged.stderr)).toMatchObject({ level: "error", event: "error" });
    expect(logged.code).toBe(1);
    expect(existsSync(path.join(folder, "b.db"))).toBe(false);
    other.close();
  });
});
