/**
 * To a lab goes the name of a program and never its command line: what runs on a machine is said by that machine's own list, or
 * anyone with a coordinator's key could run anything there.
 */
import type { ProgramSpec } from "../../worker/protocol/program/spec.ts";
import { programLabel } from "../../worker/protocol/program/allowed.ts";
import { labSchema, type LabTerms } from "../config/lab.ts";
import { UserError } from "../errors.ts";

/** What of a program goes to a lab: its name, and how long it may take. Throws `UserError`. */
export function namedProgram({ name, timeoutMs, graceMs, checkpointMs }: ProgramSpec): ProgramSpec {
  if (name === undefined) {
    throw new UserError(
      "program.name is missing: a lab gets only this name, and each machine says what it runs (seqtune worker --programs)",
    );
  }
  return {
    name,
    graceMs,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(checkpointMs === undefined ? {} : { checkpointMs }),
  };
}

/** The terms of a study whose program only some workers run. */
export function programTerms(terms: LabTerms | undefined, { name = "" }: ProgramSpec): LabTerms {
  const { requires, ...others } = terms ?? labSchema.parse({});
  return { ...others, requires: { ...requires, [programLabel(name)]: "yes" } };
}
