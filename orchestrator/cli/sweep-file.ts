import { formatSweepErrors } from "../config/errors.ts";
import { loadSweep } from "../config/load.ts";
import type { Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { note, type Io } from "./io.ts";

/** The sweep of a file; warnings go to standard error. Throws `UserError` with everything that is wrong with it. */
export async function readSweepFile(file: string, io: Io): Promise<Sweep> {
  const loaded = await loadSweep(file);
  if (!loaded.ok) throw new UserError(`${file} cannot be run:\n\n${formatSweepErrors(loaded.errors)}`);
  if (loaded.warnings.length > 0) note(io, formatSweepErrors(loaded.warnings));
  return loaded.sweep;
}
