import { existsSync } from "node:fs";
import path from "node:path";
import type { Study, StudyStore } from "../../storage/store.ts";
import { UserError } from "../errors.ts";
import { unitOf } from "../lr-range/metric.ts";
import { bestTrial } from "../views/best-trial.ts";
import { modelContent } from "./export-model.ts";
import { isProgramStudy } from "./program-output.ts";
import { occupantOf, replaceFolder } from "./replace-folder.ts";

/** Where a study's best model goes when it ends. */
export type ModelPlace =
  /** Beside the database, a folder for each study (`modelFolderOf`). */
  | { readonly kind: "beside_database" }
  /** That folder, whichever study's model stands there already. */
  | { readonly kind: "folder"; readonly folder: string };

/** What became of a study's best model when it ended. */
export type HomeModel =
  /** The study trains no models, or no trial has a value, or no model was asked for. */
  | { readonly kind: "none" }
  | { readonly kind: "written"; readonly trial: number; readonly folder: string }
  /** `reason`: a sentence with what to do. The weights are still with the database. */
  | { readonly kind: "not_written"; readonly trial: number; readonly reason: string };

/** `sweeps.db.models/etth1`: where a study's best model lies unless another place is given. */
export function modelFolderOf(db: string, study: string): string {
  return path.join(`${db}.models`, study);
}

/**
 * Writes the best trial's model, as `exportModel` does, and replaces the one of an earlier run. A folder with
 * anything but a model in it stays as it is, and so does, beside the database, the model of another study of the
 * same name. Never throws: a study that has ended well is not spoilt by a folder.
 */
export async function takeModelHome(
  db: string,
  store: StudyStore,
  study: Study,
  place: ModelPlace,
): Promise<HomeModel> {
  const best = unitOf(study.metric) === "step" ? null : bestTrial(store, study);
  if (best === null || (best.model === null && isProgramStudy(study))) return { kind: "none" };
  const trial = best.number;
  const folder = place.kind === "folder" ? place.folder : modelFolderOf(db, study.name);
  const elsewhere = `write it elsewhere with: seqtune export ${study.name} ${trial} --out FOLDER`;
  try {
    const { files } = await modelContent({ db, study, trial: best });
    const occupant = await occupantOf(folder, files);
    const holds =
      occupant.kind === "other"
        ? "is no folder that holds a model and nothing else"
        : occupant.kind === "model" && place.kind === "beside_database" && occupant.study !== study.key
          ? "holds the model of another study of that name"
          : null;
    if (holds !== null) {
      return { kind: "not_written", trial, reason: `${folder} ${holds}; remove it, or ${elsewhere}` };
    }
    await replaceFolder(folder, files);
    return { kind: "written", trial, folder };
  } catch (error) {
    const reason =
      error instanceof UserError
        ? error.message
        : `${folder} cannot be written (${cause(error)}); ${elsewhere}`;
    return { kind: "not_written", trial, reason };
  }
}

/**
 * Something new is known of the study, such as its test scores: a folder of it beside the database is written again.
 * Where there is none, or another one, nothing happens.
 */
export async function renewModelHome(db: string, store: StudyStore, study: Study): Promise<void> {
  if (existsSync(modelFolderOf(db, study.name))) {
    await takeModelHome(db, store, study, { kind: "beside_database" });
  }
}

function cause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? String(error.code) : error.message;
}
