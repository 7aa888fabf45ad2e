import { UserError } from "../errors.ts";
import { enginesHere } from "./engines-here.ts";

/** These take what runs: WebAssembly always does. */
const always: readonly string[] = ["auto", "fused"];

/** Throws `UserError` for an engine that was named and does not run on this machine: no study could begin with it, and no question be answered. */
export async function requireEngine(named: string): Promise<void> {
  const engine = named === "auto" ? process.env["SEQTUNE_ENGINE"] || named : named;
  if (always.includes(engine)) return;
  // A worker process that does not start at all says why when the study's workers are started.
  const [found] = await enginesHere(engine).catch(() => []);
  if (found === undefined || found.found) return;
  throw new UserError(
    `engine ${engine} does not run here: ${found.reason}. To get it: ${found.remedy}. Or take one that seqtune doctor lists, or leave the engine out`,
  );
}
