import type { Study, StudyStore } from "../../storage/store.ts";
import { nearestName } from "../config/nearest-name.ts";
import { UserError } from "../errors.ts";

/** The study of that name, or without a name the one changed last. Throws `UserError` in words. */
export function findStudy(store: StudyStore, name: string | undefined, file: string): Study {
  const study = name === undefined ? store.latestStudy() : store.findStudy(name);
  if (study !== null) return study;
  if (name === undefined) {
    throw new UserError(`there are no studies in ${file} yet; start one with: seqtune run <sweep.yaml>`);
  }
  const names = store.studies().map((summary) => summary.name);
  throw new UserError(`there is no study "${name}" in ${file}; ${suggestion(name, names)}`);
}

function suggestion(name: string, names: readonly string[]): string {
  if (names.length === 0) return "it is empty; start one with: seqtune run <sweep.yaml>";
  const near = nearestName(name, names);
  if (near !== undefined) return `did you mean ${near}?`;
  const newest = names.slice(-5).toReversed();
  return `it has ${newest.join(", ")}${names.length > newest.length ? `, and ${names.length - newest.length} more` : ""}; see: seqtune studies`;
}
