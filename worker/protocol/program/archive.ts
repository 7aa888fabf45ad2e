import { lstat, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { unzipSync, zipSync, type Zippable } from "fflate";

/** What a folder may hold to be kept. */
export const mostBytes = 512 * 1024 * 1024;
const mostFiles = 10_000;

/** The folder's files as one archive; `null`: it holds none. Links and special files are left out, and said. */
export interface Packed {
  readonly bytes: Uint8Array | null;
  /** What was left out, in a sentence; `null`: nothing. */
  readonly problem: string | null;
}

/** Packs a folder. Nothing of it is read where it holds more than is kept. `what`: for people, "output folder". */
export async function packFolder(folder: string, what: string, limit = mostBytes): Promise<Packed> {
  const found: Found = { files: [], bytes: 0, odd: 0 };
  await collect(folder, "", found);
  if (found.bytes > limit || found.files.length > mostFiles) {
    const size = `${found.files.length === 1 ? "a file" : `${found.files.length} files`} of ${inMegabytes(found.bytes)} in all`;
    const most = `${mostFiles} files and ${inMegabytes(limit)}`;
    return {
      bytes: null,
      problem: `the ${what} was not kept: it holds ${size}, and at most ${most} are kept`,
    };
  }
  const problem =
    found.odd === 0 ? null : `links and special files in the ${what} were left out (${found.odd})`;
  if (found.files.length === 0) return { bytes: null, problem };
  const content: Zippable = {};
  for (const file of found.files.toSorted()) content[file] = await readFile(path.join(folder, file));
  // The same files, the same bytes: no compression, one time for all.
  return { bytes: zipSync(content, { level: 0, mtime: "1980-01-01T12:00:00" }), problem };
}

interface Found {
  readonly files: string[];
  bytes: number;
  odd: number;
}

async function collect(root: string, inside: string, found: Found): Promise<void> {
  const entries = await readdir(path.join(root, inside), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const name = inside === "" ? entry.name : `${inside}/${entry.name}`;
    if (entry.isDirectory()) await collect(root, name, found);
    else if (entry.isFile()) {
      found.files.push(name);
      found.bytes += (await lstat(path.join(root, name)).catch(() => null))?.size ?? 0;
    } else found.odd += 1;
    if (found.files.length > mostFiles) return;
  }
}

/** The archive is damaged, or holds what no folder of ours does. */
export class ArchiveDamaged extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ArchiveDamaged";
  }
}

/** The archive's files by name. Throws `ArchiveDamaged`. */
export function readArchive(bytes: Uint8Array, limit = mostBytes): Readonly<Record<string, Uint8Array>> {
  let total = 0;
  let count = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!isPlainPath(name)) throw new ArchiveDamaged(`it holds a file called ${JSON.stringify(name)}`);
        total += originalSize;
        count += 1;
        if (total > limit || count > mostFiles)
          throw new ArchiveDamaged(`it holds more than ${mostFiles} files or ${inMegabytes(limit)}`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof ArchiveDamaged) throw error;
    throw new ArchiveDamaged(error instanceof Error ? error.message : String(error));
  }
}

/** Throws `ArchiveDamaged`, and what the file system does. */
export async function unpackFolder(bytes: Uint8Array, folder: string): Promise<void> {
  for (const [name, content] of Object.entries(readArchive(bytes))) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content, { flag: "wx" });
  }
}

/** A relative path that stays inside, as `packFolder` writes them. */
function isPlainPath(name: string): boolean {
  const parts = name.split("/");
  return (
    !name.includes("\\") && !name.includes("\0") && parts.every((part) => !["", ".", ".."].includes(part))
  );
}

function inMegabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toPrecision(3)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}
