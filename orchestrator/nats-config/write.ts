import { statfs, writeFile } from "node:fs/promises";
import path from "node:path";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { folderTrouble, makeFolder } from "../run/make-folder.ts";
import { makeCertificates } from "./certificates.ts";
import { generateNatsConfig } from "./generate.ts";

export interface NatsConfigOptions {
  readonly out: string;
  readonly listen: string;
  /** Names and addresses workers reach the server by, for its certificate; empty: without TLS. */
  readonly hosts: readonly string[];
  readonly workers: readonly string[];
  readonly prefix?: string;
}

/** Files of a configuration are there already. */
export class ConfigExists extends Error {
  readonly file: string;
  constructor(file: string) {
    super(
      `${file} exists already; new keys would lock out everyone who uses the old ones: choose another --out, or remove it`,
    );
    this.name = "ConfigExists";
    this.file = file;
  }
}

export class BadWorkerName extends Error {
  constructor(name: string) {
    super(
      `"${name}" cannot name worker credentials: take 1 to 40 of a-z, 0-9 and "-", and not "coordinator" or "viewer"`,
    );
    this.name = "BadWorkerName";
  }
}

/** Writes nats.conf and its credentials, readable by their owner only. Returns the files' paths. */
export async function writeNatsConfig(options: NatsConfigOptions): Promise<readonly string[]> {
  const bad = options.workers.find(
    (name) => !/^[a-z0-9][a-z0-9-]{0,39}$/.test(name) || name === "coordinator" || name === "viewer",
  );
  if (bad !== undefined) throw new BadWorkerName(bad);
  const folder = path.resolve(options.out);
  try {
    makeFolder(folder);
  } catch (error) {
    throw folderTrouble(error, folder, anotherFolder);
  }
  const files = generateNatsConfig({
    names: namesFor(options.prefix),
    folder,
    listen: options.listen,
    workers: options.workers,
    certificates: options.hosts.length === 0 ? null : await makeCertificates(options.hosts),
    storeBytes: await storeBytes(folder),
  });
  const written: string[] = [];
  for (const { name, text } of files) written.push(await writeNew(path.join(folder, name), text));
  return written;
}

async function writeNew(file: string, text: string): Promise<string> {
  try {
    await writeFile(file, text, { mode: 0o600, flag: "wx" });
    return file;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw new ConfigExists(file);
    throw folderTrouble(error, path.dirname(file), anotherFolder);
  }
}

const anotherFolder = "choose another folder: --out DIR";

const gigabyte = 2 ** 30;

/** Half of what is free, at most 50 GB: a full disk stops a server for good. */
async function storeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Math.round(Math.max(gigabyte, Math.min(50 * gigabyte, (bavail * bsize) / 2)));
}
