import { readFileSync } from "node:fs";
import { UserError } from "../errors.ts";

/** A file's text, or a `UserError` that calls it `what`. */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UserError(`the ${what} ${file} cannot be read; check its path and its permissions`, { cause });
  }
}
