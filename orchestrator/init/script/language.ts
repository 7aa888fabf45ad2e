import { readFile } from "node:fs/promises";
import path from "node:path";

/** Languages whose command-line options `init` can read. */
export type Language = "python" | "javascript";

export interface ProgramKind {
  readonly language: Language;
  /** What runs it: a command that its path follows. */
  readonly interpreter: readonly string[];
}

const python: ProgramKind = { language: "python", interpreter: ["python3"] };
const javascript: ProgramKind = { language: "javascript", interpreter: ["node"] };
const typescript: ProgramKind = { language: "javascript", interpreter: ["npx", "tsx"] };

const kinds: Readonly<Record<string, ProgramKind>> = {
  ".py": python,
  ".js": javascript,
  ".mjs": javascript,
  ".cjs": javascript,
  ".ts": typescript,
  ".mts": typescript,
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
export function kindOfProgram(file: string): ProgramKind | undefined {
  return kinds[path.extname(file).toLowerCase()];
}

/** A program by its name; `.ts` is also a format of data, whose files begin with comments (#) and settings (@). */
export async function isProgram(file: string): Promise<boolean> {
  const extension = path.extname(file).toLowerCase();
  if (extension !== ".ts") return extension in kinds || otherPrograms.has(extension);
  const text = await readFile(file, "utf8").catch(() => "");
  const first = text.split("\n").find((line) => line.trim() !== "" && !line.startsWith("#"));
  return first !== undefined && !first.startsWith("@");
}
