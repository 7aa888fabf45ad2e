/** A folder that cannot be used is a matter for the person who chose it: one sentence, exit code 1. */
import { chmodSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cliProgram } from "../support/cli.ts";
import { takeSeats } from "../../orchestrator/lab/machine.ts";
import { makeFolder } from "../../orchestrator/run/make-folder.ts";
import { spawnSync } from "node:child_process";
import { removeFolder } from "../support/remove-folder.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-folders-"));
  writeFileSync(path.join(folder, "FILE"), "");
});
afterEach(() => removeFolder(folder));

/** A command that must end by itself. */
function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): { code: number | null; stderr: string } {
  const { PATH } = process.env;
  const { status, stderr } = spawnSync(process.execPath, [cliProgram, ...args], {
    cwd: folder,
    env: { PATH, HOME: folder, ...env },
    encoding: "utf8",
    timeout: 200_000,
    killSignal: "SIGKILL",
  });
  return { code: status, stderr };
}

const worker = ["worker", "--nats", "nats://127.0.0.1:9"];

describe("a worker's cache", () => {
  it.each([
    ["below a file", () => path.join(folder, "FILE", "x"), "a file is in the way"],
    ["that is a file", () => path.join(folder, "FILE"), "a file is in the way"],
    ["where no folder can be made", () => "/proc/x/y", "no folder can be made there"],
  ])("%s", (_what, cache, why) => {
    const words = `seqtune: ${cache()} cannot be written (${why}); choose another folder: --cache DIR, or SEQTUNE_CACHE\n`;
    expect(run([...worker, "--cache", cache()])).toEqual({ code: 1, stderr: words });
    expect(run(worker, { SEQTUNE_CACHE: cache() })).toEqual({ code: 1, stderr: words });
  });

  it("in a home that is a file", () => {
    const { code, stderr } = run(worker, { HOME: path.join(folder, "FILE") });
    expect(stderr).toMatch(
      /^seqtune: \S+FILE\/\.cache\/seqtune\/worker cannot be written \(a file is in the way\); /,
    );
    expect(code).toBe(1);
  });

  it("whose folder holds no seats", () => {
    writeFileSync(path.join(folder, "seats.locks"), "");
    expect(() => takeSeats(folder, 1)).toThrow(
      /cannot be written \(a file is in the way\); choose another folder/,
    );
  });
});

describe("the folder of a configuration", () => {
  it.each([
    ["that is a file", () => path.join(folder, "FILE"), "a file is in the way"],
    ["where no folder can be made", () => "/proc/x", "no folder can be made there"],
  ])("%s", (_what, out, why) => {
    const words = `seqtune: ${out()} cannot be written (${why}); choose another folder: --out DIR\n`;
    expect(run(["nats-config", "--no-tls", "--out", out()])).toEqual({ code: 1, stderr: words });
  });
});

it("folders are made for their owner alone, and one that is there is left as it is", () => {
  const deep = path.join(folder, "a", "b", "c");
  makeFolder(deep);
  for (const one of [deep, path.dirname(deep)]) expect(statSync(one).mode & 0o777).toBe(0o700);
  const open = path.join(folder, "open");
  mkdirSync(open);
  chmodSync(open, 0o755);
  makeFolder(open);
  expect(statSync(open).mode & 0o777).toBe(0o755);
});
