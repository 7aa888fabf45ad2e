import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Params } from "../../search/space.ts";
import type { ProgramFiles } from "../protocol/program/variables.ts";
import { unpackFolder } from "../protocol/program/archive.ts";

export interface AttemptFolder {
  readonly files: ProgramFiles;
  remove(): Promise<void>;
}

/** Makes a folder with what an attempt begins with. Throws `ArchiveDamaged`, and what the file system does. */
export async function makeAttemptFolder(
  params: Params,
  checkpoint: Uint8Array | undefined,
): Promise<AttemptFolder> {
  const root = await mkdtemp(path.join(tmpdir(), "seqtune-trial-"));
  const inside = (name: string): string => path.join(root, name);
  const files = {
    params: inside("params.json"),
    reports: inside("reports.jsonl"),
    stop: inside("stop"),
    checkpoint: inside("checkpoint"),
    output: inside("output"),
  };
  const remove = async (): Promise<void> => await rm(root, { recursive: true, force: true, maxRetries: 2 });
  try {
    await Promise.all([
      writeFile(files.params, `${JSON.stringify(params)}\n`),
      writeFile(files.reports, ""),
      mkdir(files.checkpoint),
      mkdir(files.output),
    ]);
    if (checkpoint !== undefined) await unpackFolder(checkpoint, files.checkpoint);
  } catch (error) {
    await remove().catch(() => {});
    throw error;
  }
  return { files, remove };
}
