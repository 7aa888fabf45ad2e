import type { Study, StudyStore } from "../../storage/store.ts";
import { UserError } from "../errors.ts";

/** The study of that name, or with `null` the one changed last. Throws `UserError` in words. */
export function requireStudy(store: StudyStore, name: string | null, db: string): Study {
  const study = name === null ? store.latestStudy() : store.findStudy(name);
  if (study !== null) return study;
  const what = name === null ? "no study" : `no study "${name}"`;
  throw new UserError(`there is ${what} in ${db}; see: seqtune studies`);
}
