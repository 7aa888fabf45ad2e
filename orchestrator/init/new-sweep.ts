import path from "node:path";
import { formatSweepErrors } from "../config/errors.ts";
import { loadSweep } from "../config/load.ts";
import type { Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";

/** The name of the sweep in a file that is to be written. */
export function sweepNameOf(out: string): string {
  const base = path.basename(out).replace(/\.ya?ml$/, "");
  return base.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "") || "sweep";
}

/** The sweep that a text is which `init` has made; `out`: absolute path of its file to be. Throws an internal error where it is none. */
export async function parsedSweep(text: string, out: string): Promise<Sweep> {
  const loaded = await loadSweep(out, { readFile: () => Promise.resolve(new TextEncoder().encode(text)) });
  if (loaded.ok) return loaded.sweep;
  throw new UserError(
    `internal error (a bug in seqtune): the sweep that was written is wrong:\n${formatSweepErrors(loaded.errors)}`,
  );
}
