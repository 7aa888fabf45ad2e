import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { decodeModel } from "../../worker/model/model-file.ts";

const worthSchema = z.object({
  worth: z.enum(["best", "level", "beaten", "useless"]),
  sentence: z.string().max(4000),
});
/** What a model's folder says that it is worth (orchestrator/verdict/verdict.ts). */
export type KnownWorth = z.infer<typeof worthSchema>;

const provenanceSchema = z.object({
  study: z.object({ key: z.string() }),
  trial: z.int(),
  verdict: worthSchema.nullable(),
});

/** Reads it from the `provenance.json` beside a model file; `null` where there is none, or one of another model. */
export async function worthBeside(modelFile: string, bytes: Uint8Array): Promise<KnownWorth | null> {
  const text = await readFile(path.join(path.dirname(modelFile), "provenance.json"), "utf8").catch(() => "");
  const read = provenanceSchema.safeParse(parsed(text));
  if (!read.success) return null;
  const { about } = decodeModel(bytes);
  const { study, trial, verdict } = read.data;
  return about["study"] === study.key && about["trial"] === trial ? verdict : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
