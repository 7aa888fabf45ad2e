import type { Study, StudyStore, Write, Written } from "../../../storage/store.ts";

export interface StudyStoreUnderTest {
  /** Opens the same memory once more, as another process would. The suite closes what it opened. */
  open(): StudyStore;
  remove(): void;
}

/** What each test of the suite finds: a store with one study. */
export interface Scene {
  readonly store: StudyStore;
  readonly study: Study;
  /** The same memory, as another process sees it. */
  open(): StudyStore;
  /** Another, empty memory. */
  make(): StudyStoreUnderTest;
  record(...writes: readonly Write[]): readonly Written[];
  /** The curve of a trial as epochs with their values. */
  values(trial: number): readonly (readonly [epoch: number, value: number | null])[];
}
