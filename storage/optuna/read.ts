import Database from "better-sqlite3";
import { z } from "zod";
import { StoreError } from "../errors.ts";
import type { OptunaDistribution, OptunaStudy, OptunaTrial } from "./study.ts";

const stateSchema = z.enum(["RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING"]);
const studyRow = z.object({ study_id: z.int(), study_name: z.string() });
const directionRow = z.object({ direction: z.enum(["MINIMIZE", "MAXIMIZE"]) });
const trialRow = z.object({
  trial_id: z.int(),
  number: z.int(),
  state: stateSchema,
  datetime_start: z.string().nullable(),
  datetime_complete: z.string().nullable(),
});
const paramRow = z.object({
  param_name: z.string(),
  param_value: z.number(),
  distribution_json: z.string(),
});
const typedRow = z.object({ place: z.int(), value: z.number().nullable(), type: z.string() });

const number = z.number();
const distributionSchema: z.ZodType<OptunaDistribution> = z.discriminatedUnion("name", [
  z.object({
    name: z.literal("FloatDistribution"),
    attributes: z.object({ step: number.nullable(), low: number, high: number, log: z.boolean() }),
  }),
  z.object({
    name: z.literal("IntDistribution"),
    attributes: z.object({ log: z.boolean(), step: number, low: number, high: number }),
  }),
  z.object({
    name: z.literal("CategoricalDistribution"),
    attributes: z.object({ choices: z.array(z.union([z.string(), number, z.boolean(), z.null()])) }),
  }),
]);

/**
 * A study of a file that Optuna 3 to 5 wrote: the one of that name, or the only one. Throws `StoreError` in words. The file
 * is opened for reading only.
 */
export function readOptunaFile(file: string, name?: string): OptunaStudy {
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    return readStudy(db, file, name);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const why =
      error instanceof z.ZodError ? "its tables hold something that Optuna does not write" : String(error);
    throw new StoreError(
      "foreign",
      file,
      `${file} cannot be read as a database of Optuna 3 or later: ${why}`,
      {
        cause: error,
      },
    );
  } finally {
    db?.close();
  }
}

function readStudy(db: Database.Database, file: string, name: string | undefined): OptunaStudy {
  const studies = z.array(studyRow).parse(db.prepare("SELECT study_id, study_name FROM studies").all());
  const names = studies.map(({ study_name }) => study_name).join(", ") || "none";
  const study =
    name === undefined && studies.length === 1 ? studies[0] : studies.find((one) => one.study_name === name);
  if (study === undefined) {
    const asked = name === undefined ? "holds several studies; name one of them" : `has no study "${name}"`;
    throw new StoreError("unusable", file, `${file} ${asked}: ${names}`);
  }
  const id = study.study_id;
  const directions = z
    .array(directionRow)
    .parse(
      db.prepare("SELECT direction FROM study_directions WHERE study_id = ? ORDER BY objective").all(id),
    );
  const named: unknown = db
    .prepare(
      `SELECT value_json FROM study_system_attributes WHERE study_id = ? AND "key" = 'study:metric_names'`,
    )
    .pluck()
    .get(id);
  const rows = z
    .array(trialRow)
    .parse(
      db
        .prepare(
          "SELECT trial_id, number, state, datetime_start, datetime_complete FROM trials WHERE study_id = ? ORDER BY number",
        )
        .all(id),
    );
  return {
    name: study.study_name,
    directions: directions.map(({ direction }) => direction),
    metricNames: typeof named === "string" ? z.array(z.string()).parse(JSON.parse(named)) : [],
    userAttrs: {},
    trials: rows.map(trialReader(db)),
  };
}

function trialReader(db: Database.Database): (row: z.infer<typeof trialRow>) => OptunaTrial {
  const params = db.prepare(
    "SELECT param_name, param_value, distribution_json FROM trial_params WHERE trial_id = ?",
  );
  const values = db.prepare(
    "SELECT objective AS place, value, value_type AS type FROM trial_values WHERE trial_id = ? ORDER BY objective",
  );
  const steps = db.prepare(
    "SELECT step AS place, intermediate_value AS value, intermediate_value_type AS type FROM trial_intermediate_values WHERE trial_id = ? ORDER BY step",
  );
  const numbers = (rows: unknown): [number, number][] =>
    z
      .array(typedRow)
      .parse(rows)
      .map(({ place, value, type }) => [place, untyped(value, type)]);
  return (row) => ({
    number: row.number,
    state: row.state,
    startedAt: instant(row.datetime_start),
    completedAt: instant(row.datetime_complete),
    values: numbers(values.all(row.trial_id)).map(([, value]) => value),
    params: z
      .array(paramRow)
      .parse(params.all(row.trial_id))
      .map(({ param_name, param_value, distribution_json }) => ({
        name: param_name,
        value: param_value,
        distribution: distributionSchema.parse(JSON.parse(distribution_json)),
      })),
    intermediate: numbers(steps.all(row.trial_id)),
    constraints: [],
    userAttrs: {},
  });
}

function untyped(value: number | null, type: string): number {
  if (type === "INF_POS") return Infinity;
  if (type === "INF_NEG") return -Infinity;
  return value ?? Number.NaN;
}

/** Optuna's times are local and have no zone. */
function instant(text: string | null): number | null {
  if (text === null) return null;
  const at = new Date(text.replace(" ", "T")).getTime();
  return Number.isNaN(at) ? null : at;
}
