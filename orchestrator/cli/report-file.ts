import { InvalidArgumentError } from "commander";
import { existsSync } from "node:fs";
import path from "node:path";
import { UserError } from "../errors.ts";

/** Reads the name of a report's file. */
export function reportFile(text: string): string {
  if (/\.html?$/i.test(text)) return text;
  throw new InvalidArgumentError("A report is a page: its name must end in .html.");
}

/** Where it will be written, asked before hours of training. Throws `UserError` where its folder is missing. */
export function reportPlace(cwd: string, name: string): string {
  const file = path.resolve(cwd, name);
  const folder = path.dirname(file);
  if (existsSync(folder)) return file;
  throw new UserError(`--report ${name}: there is no folder ${folder}`);
}
