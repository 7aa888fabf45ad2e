import { mkdir, readdir } from "node:fs/promises";
import { UserError } from "../errors.ts";

/** Makes the folder where it is not there. Throws `UserError` when something is in it. */
export async function requireEmptyFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length === 0) return;
  } catch (cause) {
    throw new UserError(`the folder ${folder} cannot be made: give another with --out`, { cause });
  }
  throw new UserError(`the folder ${folder} is not empty: remove it, or give another with --out`);
}
