import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Messages kept below a folder because they are not known to be committed; an attempt counts for one at least. */
export function spooled(folder: string): number {
  const files = namesIn(folder).filter((name) => name.endsWith(".jsonl"));
  return files.reduce((sum, name) => sum + lines(path.join(folder, name)), 0);
}

function namesIn(folder: string): readonly string[] {
  for (;;) {
    if (!existsSync(folder)) return [];
    try {
      return readdirSync(folder, { recursive: true, encoding: "utf8" });
    } catch (error) {
      // A folder below was removed this very moment.
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
}

function lines(file: string): number {
  try {
    return Math.max(1, readFileSync(file, "utf8").split("\n").length - 1);
  } catch {
    return 0; // it was committed this very moment
  }
}
