import { z } from "zod";

/** sha256 in lower-case hex: the only name a blob has on the wire and on disk. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** A blob by content. */
export const blobRefSchema = z.strictObject({ sha256: sha256Schema, bytes: z.int().min(0) });
export type BlobRef = z.infer<typeof blobRefSchema>;

/**
 * One try to run a trial. `study` is the study's unique key (letters, digits, `-`, `_`), `trial` counts from 0,
 * `attempt` from 1; the attempt comes from the database and fences: a higher one makes a lower one stale.
 */
export const attemptRefSchema = z.strictObject({
  study: z.string().regex(/^[A-Za-z0-9_-]{1,80}$/),
  trial: z.int().min(0),
  attempt: z.int().min(1),
});
export type AttemptRef = z.infer<typeof attemptRefSchema>;

export function refKey(ref: AttemptRef): string {
  return `${ref.study}.${ref.trial}.${ref.attempt}`;
}
