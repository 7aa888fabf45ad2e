/**
 * A model's folder says what the model is worth; `predict` reads that again, so that a model that loses to naive
 * forecasts is not used without a word.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { rowsSeenSchema, type RowsSeen } from "../../worker/protocol/retraining.ts";
import { decodeModel } from "../../worker/model/model-file.ts";

const worthSchema = z.object({
  worth: z.enum(["best", "level", "beaten", "useless"]),
  sentence: z.string().max(4000),
  /** What to do next, the most pressing first. */
  steps: z.array(z.object({ sentence: z.string().max(4000) })).default([]),
});
/** What a model's folder says that it is worth (orchestrator/verdict/verdict.ts). */
export type KnownWorth = z.infer<typeof worthSchema>;

const provenanceSchema = z.object({
  study: z.object({ key: z.string() }),
  trial: z.int(),
  verdict: worthSchema.nullable(),
  intervals: z.array(z.object({ target: z.string(), widths: z.array(z.number().min(0)) })).default([]),
  refit: rowsSeenSchema
    .extend({ before: z.object({ verdict: worthSchema.nullable() }) })
    .strip()
    .optional(),
});

/** What a model's folder says of it. */
export interface KnownOfModel {
  /** `null` where it does not say. */
  readonly worth: KnownWorth | null;
  /** It was trained once more after its search, on these rows; `worth` is that of the model before. */
  readonly refit: RowsSeen | null;
  /** Half widths of intervals by target and step; empty where it has none. */
  readonly widths: readonly (readonly number[])[];
}

/** Reads it from the `provenance.json` beside a model file; nothing where there is none, or one of another model. */
export async function knownBeside(modelFile: string, bytes: Uint8Array): Promise<KnownOfModel> {
  const text = await readFile(path.join(path.dirname(modelFile), "provenance.json"), "utf8").catch(() => "");
  const read = provenanceSchema.safeParse(parsed(text));
  const nothing = { worth: null, refit: null, widths: [] };
  if (!read.success) return nothing;
  const { about } = decodeModel(bytes);
  const { study, trial, verdict, intervals, refit } = read.data;
  const isIt = about["study"] === study.key && about["trial"] === trial;
  if (!isIt || (about["refit"] === undefined) !== (refit === undefined)) return nothing;
  const worth = refit?.before.verdict ?? verdict;
  return { worth, refit: refit ?? null, widths: intervals.map(({ widths }) => widths) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
