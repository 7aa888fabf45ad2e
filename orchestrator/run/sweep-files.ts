import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";

/** What was stored within the last hour may be about to be recorded. */
const graceMs = 3_600_000;

/**
 * Removes from a database's folder of files what none of its studies needs: what workers stored that died before they
 * said so, and half-written files. Returns how many. Files of the last hour stay, and what this function cannot know
 * as a file named by its content.
 */
export async function sweepFiles(
  folder: string,
  inUse: ReadonlySet<string>,
  now: number,
  olderThanMs = graceMs,
): Promise<number> {
  const names = await readdir(folder).catch(() => []); // none yet
  let removed = 0;
  for (const name of names.filter((one) => /^[0-9a-f]{2}$/.test(one) || one === "tmp")) {
    const files = await readdir(path.join(folder, name)).catch(() => []);
    for (const file of files) {
      if (inUse.has(file) || !(name === "tmp" || /^[0-9a-f]{64}$/.test(file))) continue;
      const place = path.join(folder, name, file);
      const about = await stat(place).catch(() => null);
      if (about === null || now - about.mtimeMs < olderThanMs) continue;
      await rm(place, { force: true }).catch(() => {}); // tried again at the next start
      removed += 1;
    }
  }
  return removed;
}
