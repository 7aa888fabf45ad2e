export type Mapping = Readonly<Record<string, unknown>>;

/** A line of the new file; the comment says what it was, or what could not be kept. */
export interface Line {
  readonly text: string;
  readonly comment: string;
}

/** How another tool starts a trial, in our words. */
export interface ForeignProgram {
  /** The section `program` as it is written: command, and what else is known of folder, timeout and env. */
  readonly section: Mapping;
  /** What changed, and what people still have to do. */
  readonly said: readonly string[];
}

/** A sweep of another tool, brought into words that the translation knows. */
export interface ForeignSweep {
  readonly tool: string;
  /** As W&B has it: name, description, method, metric, parameters, run_cap, early_terminate; further keys cannot be kept. */
  readonly sweep: Mapping;
  readonly program?: ForeignProgram | undefined;
  /** Of the budget, what W&B has no word for. */
  readonly budget: { readonly epochs?: number | undefined; readonly wall_time?: string | undefined };
  /** Lines in our words at the end of the file: early_terminate, workers, seed. */
  readonly more: readonly Line[];
  /** What could not be kept, with the reason where there is one. */
  readonly lost: readonly string[];
}
