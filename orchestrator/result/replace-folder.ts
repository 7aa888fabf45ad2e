import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";

type Files = Readonly<Record<string, string | Uint8Array>>;

/** What stands where a model's folder is to be. */
export type Occupant =
  | { readonly kind: "nothing" }
  /** The files of a model and no others. `study`: the key of the study it comes from. */
  | { readonly kind: "model"; readonly study: string }
  | { readonly kind: "other" };

const provenanceSchema = z.object({
  seqtune: z.string(),
  study: z.object({ key: z.string() }),
  /** Of a program: what lies beside this. */
  files: z.array(z.string()).optional(),
});

/** Looks at a place where a model's files are to be written. Throws what the file system throws. */
export async function occupantOf(folder: string, files: Files): Promise<Occupant> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (isCode(error, "ENOENT")) return { kind: "nothing" };
    if (isCode(error, "ENOTDIR")) return { kind: "other" };
    throw error;
  }
  if (names.length === 0) return { kind: "nothing" };
  if (!names.includes("provenance.json")) return { kind: "other" };
  const read = provenanceSchema.safeParse(
    parsed(await readFile(path.join(folder, "provenance.json"), "utf8")),
  );
  const listed = [...Object.keys(files), ...(read.data?.files ?? [])];
  const ours = new Set(listed.map((name) => name.split("/")[0]!));
  return read.success && names.every((name) => ours.has(name))
    ? { kind: "model", study: read.data.study.key }
    : { kind: "other" };
}

/**
 * Puts a folder with these files in the place of the one that stands there. They are written beside it first: whenever
 * the process dies, the folder has all files of the old or all of the new, or for a moment it is not there.
 */
export async function replaceFolder(folder: string, files: Files): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true });
  const place = await realpath(folder).catch(() => folder);
  const beside = path.join(path.dirname(place), `.${path.basename(place)}-${randomBytes(4).toString("hex")}`);
  const [fresh, old] = [`${beside}.new`, `${beside}.old`];
  try {
    await mkdir(fresh);
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(fresh, name)), { recursive: true });
      await writeFile(path.join(fresh, name), content, { flush: true });
    }
    const moved = await moveAway(place, old);
    try {
      await rename(fresh, place);
    } catch (error) {
      if (moved) await rename(old, place);
      throw error;
    }
    await rm(old, { recursive: true, force: true });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Whether there was something to move. */
async function moveAway(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (isCode(error, "ENOENT")) return false;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
