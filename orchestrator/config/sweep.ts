import { z } from "zod";
import type { Params, Space } from "../../search/space.ts";
import {
  laidOver,
  settingsWith,
  trialSettingsSchema,
  type TrialSettings,
} from "../../worker/protocol/settings.ts";
import { programSpecSchema } from "../../worker/protocol/program/spec.ts";
import { findings, sentenceOf } from "./check.ts";
import { goalsSchema } from "./goals-schema.ts";
import { labSchema } from "./lab.ts";
import { methods } from "./methods.ts";
import { pruners } from "./pruners.ts";
import { paramsSchema, paramValueSchema } from "./param-value.ts";
import { rangeUseSchema } from "./range-test.ts";
import { autoSettings, fixedDataSchema, lanesSchema, modelSectionSchema } from "./sections.ts";

const scaleSchema = z.enum(["linear", "log"]);

const normalSchema = z.strictObject({ mu: z.number(), sigma: z.number().gt(0) });

const domainSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("constant"), value: paramValueSchema }),
  z.strictObject({
    kind: z.literal("categorical"),
    values: z.array(paramValueSchema).min(1),
    probabilities: z.array(z.number()).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("float"),
    min: z.number(),
    max: z.number(),
    scale: scaleSchema,
    step: z.number().gt(0).exactOptional(),
    normal: normalSchema.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("int"),
    min: z.int(),
    max: z.int(),
    scale: scaleSchema,
    step: z.int().min(1),
    normal: normalSchema.exactOptional(),
  }),
]);

const spaceSchema: z.ZodType<Space> = z.strictObject({
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      domain: domainSchema,
      when: z.array(z.strictObject({ param: z.string(), in: z.array(paramValueSchema) })),
    }),
  ),
});

/** Settings of a method or a rule of early termination: its name, and what that one takes. */
const methodSchema = z
  .union(Object.values(methods).map(({ settings }) => settings))
  .pipe(z.looseObject({ name: z.string() }));
const ruleSchema = z
  .union(Object.values(pruners).map(({ settings }) => settings))
  .pipe(z.looseObject({ type: z.string() }));

/** A result from elsewhere: the metric after some of its epochs, `null` when not finite. */
const knownResultSchema = z.strictObject({
  params: paramsSchema,
  outcome: z.enum(["complete", "pruned", "diverged"]),
  reports: z.array(
    z.union([
      z.tuple([z.int().min(1), z.number().nullable()]),
      // Of a study with several goals: the others, in the order of `watchedMetrics`.
      z.tuple([z.int().min(1), z.number().nullable(), z.array(z.number().nullable())]),
    ]),
  ),
});

const sweepSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  seed: z.int(),
  method: methodSchema,
  metric: z.strictObject({ name: z.string(), goal: z.enum(["minimize", "maximize"]) }),
  /** Several goals, of which the first is `metric`, or constraints. */
  goals: goalsSchema.exactOptional(),
  space: spaceSchema,
  /** Range tests narrow the learning rate. */
  rangeTest: rangeUseSchema.exactOptional(),
  /** `file` is absolute. `settings` has every default; those of searched settings count for nothing (`settingsFor`). */
  data: z.strictObject({
    file: z.string(),
    settings: fixedDataSchema,
    /** Settings that are left open until the data are there (orchestrator/run/settle-auto.ts). */
    auto: z.array(z.enum(autoSettings)).exactOptional(),
  }),
  /** As `data.settings`. */
  model: modelSectionSchema,
  /** What is run as a trial; then `data` and `model` say nothing. */
  program: programSpecSchema.exactOptional(),
  /** Configurations are asked for by programs, who tell what came of them (orchestrator/asked). */
  asked: z.literal(true).exactOptional(),
  /** Given figures to compare with. */
  baselines: z.record(z.string(), z.number()).exactOptional(),
  budget: z.strictObject({
    trials: z.int().min(1).exactOptional(),
    /** A trial's epochs, unless it is stopped earlier. */
    epochs: z.int().min(1),
    wallTimeMs: z.number().gt(0).exactOptional(),
    /** A value of the ranking metric. */
    target: z.number().exactOptional(),
  }),
  workers: z.strictObject({
    count: z.int().min(1),
    engine: z.string(),
    lanes: lanesSchema.exactOptional(),
  }),
  /** How it shares the workers of a lab; absent: as `{}`. */
  lab: labSchema.exactOptional(),
  earlyTerminate: z.array(ruleSchema),
  /** Configurations to try first. */
  enqueue: z.array(paramsSchema).default([]),
  /** Where known results come from, a file by its absolute path; and what was read there when the study began. */
  known: z
    .union([z.strictObject({ csv: z.string() }), z.strictObject({ study: z.string() })])
    .exactOptional(),
  knownResults: z.array(knownResultSchema).default([]),
  /** The best to train again, and how often. */
  repeats: z.strictObject({ top: z.int().min(1), seeds: z.int().min(1) }).exactOptional(),
  /** The sweep file as it was written, and its absolute path. */
  source: z.string(),
  file: z.string(),
});

/**
 * A sweep file with everything resolved: defaults filled in, conditions in order, paths absolute. Plain JSON, so
 * that a study stores it and goes on from it alone, whatever becomes of the file and of the defaults.
 */
export type Sweep = z.infer<typeof sweepSchema>;

export type StoredSweep =
  | { readonly ok: true; readonly sweep: Sweep }
  | { readonly ok: false; readonly message: string };

/** A sweep that was stored as JSON. */
export function parseStoredSweep(json: unknown): StoredSweep {
  // Read once: without this zod would write code for the schema first.
  const result = sweepSchema.safeParse(json, { jitless: true });
  if (result.success) return { ok: true, sweep: result.data };
  return {
    ok: false,
    message: `the stored sweep does not fit this version of seqtune: ${sentence(result.error)}`,
  };
}

export type ResolvedSettings =
  | { readonly ok: true; readonly settings: TrialSettings }
  | { readonly ok: false; readonly message: string };

/** Every setting of the trial that has these parameters. */
export function settingsFor(sweep: Pick<Sweep, "data" | "model">, params: Params): ResolvedSettings {
  const fixed = { data: sweep.data.settings, model: sweep.model };
  const result = settingsWith(fixed, params);
  if (result.success) return { ok: true, settings: result.data };
  const sentences = findings(trialSettingsSchema, laidOver(fixed, params), result.error).map(
    (finding) => `${String(finding.path.at(-1) ?? "settings")}: ${sentenceOf(finding)}`,
  );
  return { ok: false, message: sentences.join("; ") };
}

function sentence(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}
