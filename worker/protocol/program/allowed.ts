import { z } from "zod";

/** A program that a machine of a lab runs under a name. */
const allowedProgramSchema = z.strictObject({
  /** `${…}` not yet filled in. */
  command: z.array(z.string()).min(1),
  /** An absolute path. */
  folder: z.string(),
  /** Variables of the machine that it gets, besides the usual ones. */
  pass: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  timeoutMs: z.number().gt(0).exactOptional(),
});
export type AllowedProgram = z.infer<typeof allowedProgramSchema>;

/** By name. */
export const allowedProgramsSchema = z.record(z.string(), allowedProgramSchema);
export type AllowedPrograms = z.infer<typeof allowedProgramsSchema>;

/** The label of a worker that runs the program of this name: studies of it go to such workers only. */
export function programLabel(name: string): string {
  return `program.${name}`;
}
