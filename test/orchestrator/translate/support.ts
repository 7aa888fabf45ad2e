import { writeFileSync } from "node:fs";
import path from "node:path";
import { commandLineIn } from "../../support/command-line.ts";

/** `seqtune translate` of a file with that text in the folder. */
export async function translateIn(
  folder: string,
  text: string,
  name: string,
  ...more: readonly string[]
): ReturnType<ReturnType<typeof commandLineIn>> {
  writeFileSync(path.join(folder, name), text);
  return await commandLineIn(folder)("translate", name, ...more);
}

/** The lines of a translated sweep that name what it could not keep. */
export function lost(out: string): readonly string[] {
  return out.split("\n").filter((line) => line.startsWith("# not kept"));
}
