import { StoreError } from "../../storage/errors.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { isDriven } from "../driven.ts";

/**
 * The database that the dashboard shows, opened only to read: nothing here can change a sweep. It may appear later than the
 * dashboard, and be replaced while it runs.
 */
export class Source {
  readonly file: string;
  private opened: StudyStore | null = null;

  constructor(file: string) {
    this.file = file;
  }

  /** Throws `StoreError`. */
  store(): StudyStore {
    if (this.opened !== null && !this.opened.isInPlace()) this.close();
    this.opened ??= openStore(this.file, { readonly: true });
    return this.opened;
  }

  /** As `store`; `null` where there is no database yet. */
  storeIfAny(): StudyStore | null {
    try {
      return this.store();
    } catch (error) {
      if (error instanceof StoreError && error.kind === "missing") return null;
      throw error;
    }
  }

  /** The study with that key, or name. */
  study(key: string): Study | null {
    const store = this.storeIfAny();
    return store === null ? null : (store.studyOfKey(key) ?? store.findStudy(key));
  }

  isDriven(study: Pick<Study, "state" | "key" | "name">): boolean {
    return isDriven(this.store(), study, this.file);
  }

  close(): void {
    this.opened?.close();
    this.opened = null;
  }
}
