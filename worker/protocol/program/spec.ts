import { z } from "zod";

/** Seconds or characters that are enough for every use; a message of an attempt stays small enough for any bus. */
const longestItem = 8192;

/**
 * How a program is run as a trial. A local worker is given the command; a worker of a lab is given a name only, and runs
 * what its own machine allows under that name.
 */
export const programSpecSchema = z.strictObject({
  name: z.string().max(80).exactOptional(),
  /** The program and its arguments, `${…}` not yet filled in. */
  command: z.array(z.string().max(longestItem)).min(1).exactOptional(),
  /** Where it runs, an absolute path. */
  folder: z.string().exactOptional(),
  /** Added to its environment. */
  env: z.record(z.string(), z.string().max(longestItem)).exactOptional(),
  /** The longest one attempt may take, milliseconds. */
  timeoutMs: z.number().gt(0).exactOptional(),
  /** From the request to end until it is killed, milliseconds. */
  graceMs: z.number().min(0),
  /** Between two copies of its checkpoint folder while it runs, milliseconds (default: `defaultCheckpointMs`). */
  checkpointMs: z.number().gt(0).exactOptional(),
});
export type ProgramSpec = z.infer<typeof programSpecSchema>;

export const defaultGraceMs = 10_000;
export const defaultCheckpointMs = 300_000;

/** A program's last words: what it printed last, and what was odd about its reports, in sentences. */
export const programLogSchema = z.strictObject({
  lines: z.array(z.string().max(1000)).max(200),
  notes: z.array(z.string().max(1000)).max(50),
});
export type ProgramLog = z.infer<typeof programLogSchema>;
