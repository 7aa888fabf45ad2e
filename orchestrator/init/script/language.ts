import { readFile } from "node:fs/promises";
import path from "node:path";

/** Languages whose command-line options `init` can read. */
export type Language = "python" | "javascript";

const languages: Readonly<Record<string, Language>> = {
  ".py": "python",
  ".js": "javascript",
  ".mjs": "javascript",
  ".cjs": "javascript",
  ".ts": "javascript",
  ".mts": "javascript",
};

const otherPrograms: ReadonlySet<string> = new Set([
  ".sh",
  ".bash",
  ".r",
  ".jl",
  ".ipynb",
  ".rb",
  ".lua",
  ".m",
  ".pl",
]);

/** Absent: a program that `init` does not read. */
export function languageOf(file: string): Language | undefined {
  return languages[path.extname(file).toLowerCase()];
}

/** A program by its name; `.ts` is also a format of data, whose files begin with comments (#) and settings (@). */
export async function isProgram(file: string): Promise<boolean> {
  const extension = path.extname(file).toLowerCase();
  if (extension !== ".ts") return extension in languages || otherPrograms.has(extension);
  const text = await readFile(file, "utf8").catch(() => "");
  const first = text.split("\n").find((line) => line.trim() !== "" && !line.startsWith("#"));
  return first !== undefined && !first.startsWith("@");
}
