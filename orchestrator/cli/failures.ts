/**
 * Errors that a person can put right are their message and nothing else; all others are our own mistakes, and are called internal
 * errors.
 */
import { StudyLocked } from "../../storage/lock.ts";
import { StoreError } from "../../storage/errors.ts";
import { StudyExists } from "../../storage/store.ts";
import { DataError } from "../../worker/data/errors.ts";
import { BlobsUnwritable } from "../../worker/protocol/local/file-blobs.ts";
import { NatsBusError } from "../../worker/protocol/nats/link/errors.ts";
import { exitCodes, UserError, WaitEnded } from "../errors.ts";

/** What the user can put right: its message says what is wrong and what to do. */
const expected = [
  UserError,
  StoreError,
  StudyExists,
  StudyLocked,
  DataError,
  BlobsUnwritable,
  NatsBusError,
] as const;

export interface Failure {
  readonly text: string;
  readonly exitCode: number;
}

/** The message for an error, and the exit code. `debug`: with the stack of unexpected errors. */
export function failureOf(error: unknown, debug: boolean): Failure {
  if (error instanceof Error && expected.some((kind) => error instanceof kind)) {
    return { text: `seqtune: ${error.message}`, exitCode: exitCodes.usage };
  }
  if (error instanceof WaitEnded)
    return { text: `seqtune: ${error.message}`, exitCode: exitCodes.interrupted };
  const message = error instanceof Error ? error.message : String(error);
  const stack = debug && error instanceof Error ? `\n${error.stack ?? ""}` : "";
  const advice = debug ? "" : "\nSEQTUNE_DEBUG=1 prints the stack.";
  return {
    text: `seqtune: internal error (a bug in seqtune): ${message}${stack}${advice}`,
    exitCode: exitCodes.internal,
  };
}
