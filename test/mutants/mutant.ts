/** One planted bug, and the tests that ought to notice it. */
export interface Mutant {
  readonly bug: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  readonly tests: readonly string[];
}
