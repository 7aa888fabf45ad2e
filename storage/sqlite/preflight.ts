import { accessSync, constants, realpathSync, statSync, type Stats } from "node:fs";
import path from "node:path";
import { StoreError } from "../errors.ts";
import { networkMount, readMounts } from "./mounts.ts";

/** Looks at the place before SQLite does, to say in words what is wrong with it. Throws `StoreError`. */
export function checkPlace(
  file: string,
  readonly: boolean,
  existing = readonly,
  mounts: string = readMounts(),
): void {
  const folder = path.dirname(file);
  if (!lookAt(folder)?.isDirectory()) {
    throw new StoreError(
      "unusable",
      file,
      `the folder ${folder} does not exist; create it, or choose another --db`,
    );
  }
  checkNetwork(file, folder, mounts);
  const found = lookAt(file);
  if (found === null) {
    if (readonly || existing) throw new StoreError("missing", file, nothingHere(file));
  } else if (!found.isFile()) {
    throw new StoreError("unusable", file, `${file} is not a file; choose another --db`);
  }
  if (!readonly && !(isWritable(folder) && (found === null || isWritable(file)))) {
    const message = `${found === null ? folder : file} cannot be written; change its permissions, or choose another --db`;
    throw new StoreError("unusable", file, message);
  }
}

export function nothingHere(file: string): string {
  return `there are no studies in ${file} yet; start one with: seqtune run <sweep.yaml>, or name the database with --db`;
}

function checkNetwork(file: string, folder: string, mounts: string): void {
  const mount = networkMount(mounts, realpathSync(folder));
  if (mount === null) return;
  throw new StoreError(
    "network_folder",
    file,
    `${file} is on a network file system (${mount.type} at ${mount.point}), where SQLite cannot keep readers and writers ` +
      "apart; choose a --db on a disk of this machine (or set SEQTUNE_DB), and copy the file afterwards",
  );
}

function lookAt(file: string): Stats | null {
  try {
    return statSync(file);
  } catch {
    return null;
  }
}

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
