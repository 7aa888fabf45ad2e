import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findNatsServer, type FoundServer } from "../../../../worker/protocol/nats/link/find-server.ts";

const dpkgDeb = "/usr/bin/dpkg-deb";
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-packages-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const inFolder = (...names: string[]): string => path.join(folder, ...names);
const cached = (): string => inFolder("cache", "nats-server", "usr", "sbin", "nats-server");

async function program(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
}

/** A package whose only content is this program; where the machine has no dpkg, stand-ins made of tar. */
async function makePackage(content: string, name = "nats-server"): Promise<string> {
  const root = inFolder("package");
  const file = inFolder("nats-server_2.9.99_all.deb");
  await program(path.join(root, "usr", "sbin", name), content);
  if (existsSync(dpkgDeb)) {
    const control =
      "Package: nats-server\nVersion: 2.9.99\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: stand-in";
    await mkdir(path.join(root, "DEBIAN"));
    await writeFile(path.join(root, "DEBIAN", "control"), `${control}\n`);
    execFileSync(dpkgDeb, ["--build", root, file], { stdio: "ignore" });
  } else {
    execFileSync("tar", ["-cf", file, "-C", root, "usr"]);
    await program(inFolder("bin", "dpkg"), 'mkdir -p "$3" && tar -xf "$2" -C "$3"');
  }
  return file;
}

/** Puts an `apt-get` on the PATH that does this and counts how often it was asked. */
async function aptGet(does: string): Promise<void> {
  await program(inFolder("bin", "apt-get"), `echo "$@" >> ${inFolder("asked")}\n${does}`);
}

async function look(): Promise<FoundServer> {
  const env = { PATH: `${inFolder("bin")}:/usr/bin:/bin` };
  return await findNatsServer({ env, cache: inFolder("cache"), systemFolders: [] });
}

const asked = async (): Promise<string> => await readFile(inFolder("asked"), "utf8");
const leftBehind = async (): Promise<string[]> =>
  (await readdir(inFolder("cache"))).filter((name) => name !== "nats-server");

describe("a nats-server that is not installed", () => {
  it("is taken from the distribution's packages into the cache, and from there the next time", async () => {
    const file = await makePackage("echo 'nats-server: v2.9.99'");
    await aptGet(`cp ${file} .`);
    expect(await look()).toEqual({ file: cached(), version: "2.9.99", from: "download" });
    expect(await look()).toEqual({ file: cached(), version: "2.9.99", from: "cache" });
    expect(await asked()).toBe("download nats-server\n");
    expect(await leftBehind()).toEqual([]);
  });

  it("is found by two processes that look at the same time", async () => {
    const file = await makePackage("echo 'nats-server: v2.9.99'");
    await aptGet(`cp ${file} .`);
    const found = await Promise.all([look(), look(), look()]);
    expect(found.map(({ version }) => version)).toEqual(["2.9.99", "2.9.99", "2.9.99"]);
    expect(await leftBehind()).toEqual([]);
  });

  it.each([
    {
      does: "echo 'E: Unable to locate package nats-server' >&2; exit 100",
      why: /could not be taken from the packages: .*apt-get/,
    },
    { does: "true", why: /could not be taken from the packages: apt-get fetched nothing/ },
    { does: "echo garbage > nats-server_1.deb", why: /could not be taken from the packages: .*dpkg/ },
  ])("and cannot be fetched is reported with what to install ($does)", async ({ does, why }) => {
    await makePackage("echo none");
    await aptGet(does);
    await expect(look()).rejects.toThrow(why);
    await expect(look()).rejects.toThrow(
      /install it with: apt-get install nats-server .*, or name it in NATS_SERVER_BIN/,
    );
    expect(await leftBehind()).toEqual([]);
  });

  it("whose package holds something else is not taken for one", async () => {
    const file = await makePackage("echo 'nats-server: v2.9.99'", "another-program");
    await aptGet(`cp ${file} .`);
    await expect(look()).rejects.toThrow(/nats-server, from download, does not run as one/);
  });
});
