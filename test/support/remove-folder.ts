import { rm } from "node:fs/promises";

/**
 * Removes a folder in which processes that are ending may still write. `rmSync` would not do: its retries only
 * repeat the removal of the folder itself, so a file written meanwhile makes it fail however often it tries.
 */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
