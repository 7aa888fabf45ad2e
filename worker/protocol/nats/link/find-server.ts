import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { NatsBusError } from "./errors.ts";

const run = promisify(execFile);

export interface FoundServer {
  readonly file: string;
  /** "2.9.10" */
  readonly version: string;
  readonly from: "NATS_SERVER_BIN" | "PATH" | "cache" | "download";
}

export class ServerNotFound extends NatsBusError {
  constructor(reason: string) {
    super(
      "ServerNotFound",
      `no nats-server was found (${reason}); install it with: apt-get install nats-server (Debian, Ubuntu), ` +
        "brew install nats-server (macOS), or from https://nats.io/download, or name it in NATS_SERVER_BIN",
    );
  }
}

export interface FindOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Folder for a server taken from the distribution's packages; absent: nothing is downloaded. */
  readonly cache?: string;
  /** Where system programs lie that are not on everybody's PATH. */
  readonly systemFolders?: readonly string[];
}

/**
 * A nats-server program: NATS_SERVER_BIN, then PATH (and the folders of system programs), then the cache, which is
 * filled from the packages of Debian or Ubuntu without installing anything. Throws `ServerNotFound`.
 */
export async function findNatsServer(options: FindOptions = {}): Promise<FoundServer> {
  const env = options.env ?? process.env;
  const named = env["NATS_SERVER_BIN"];
  if (named !== undefined && named !== "") return await found(named, "NATS_SERVER_BIN");
  const onPath = searchPath(env, options.systemFolders ?? ["/usr/sbin", "/usr/local/sbin"]);
  if (onPath !== undefined) return await found(onPath, "PATH");
  if (options.cache === undefined) throw new ServerNotFound("not in NATS_SERVER_BIN and not on PATH");
  const cached = cachedProgram(options.cache);
  if (existsSync(cached)) return await found(cached, "cache");
  await download(options.cache, env);
  return await found(cached, "download");
}

function searchPath(env: NodeJS.ProcessEnv, systemFolders: readonly string[]): string | undefined {
  return [...(env["PATH"] ?? "").split(path.delimiter), ...systemFolders]
    .filter((folder) => folder !== "")
    .map((folder) => path.join(folder, "nats-server"))
    .find((file) => existsSync(file));
}

async function found(file: string, from: FoundServer["from"]): Promise<FoundServer> {
  try {
    const { stdout } = await run(file, ["--version"]);
    const version = /v?(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
    if (version !== undefined) return { file, version, from };
  } catch {
    // reported below
  }
  throw new ServerNotFound(`${file}, from ${from}, does not run as one`);
}

function cachedProgram(cache: string): string {
  return path.join(cache, "nats-server", "usr", "sbin", "nats-server");
}

/** Fetches and unpacks the distribution's package; needs no rights beyond the cache folder. */
async function download(cache: string, env: NodeJS.ProcessEnv): Promise<void> {
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(path.join(cache, "download-"));
  try {
    await run("apt-get", ["download", "nats-server"], { cwd: work, env });
    const file = (await readdir(work)).find((name) => name.endsWith(".deb"));
    if (file === undefined) throw new Error("apt-get fetched nothing");
    await run("dpkg", ["-x", path.join(work, file), path.join(work, "unpacked")], { env });
    await rename(path.join(work, "unpacked"), path.join(cache, "nats-server"));
  } catch (error) {
    if (!existsSync(cachedProgram(cache))) {
      const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
      throw new ServerNotFound(`not on PATH, and it could not be taken from the packages: ${reason}`);
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
