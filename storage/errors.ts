/** What stands in the way, for code that reacts to it. */
export type StoreErrorKind =
  /** Nothing has been recorded here yet. */
  | "missing"
  /** The folder or the file cannot be used: it is not there, is something else, or may not be written. */
  | "unusable"
  | "network_folder"
  /** Not a SQLite database, or the database of another program. */
  | "foreign"
  | "newer"
  | "older"
  | "damaged"
  /** Another process held the database for too long. */
  | "busy"
  /** Its file was deleted or replaced while it was open. */
  | "gone"
  /** The disk is full or failing. Nothing of the refused transaction was recorded, everything before it is kept. */
  | "disk";

/** The database cannot be used, and what to do about it. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;
  readonly file: string;

  constructor(kind: StoreErrorKind, file: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreError";
    this.kind = kind;
    this.file = file;
  }
}

/** A write that the state of the study does not allow: a fault of the caller. Nothing of its list was recorded. */
export class InvalidWrite extends Error {
  readonly what: string;
  readonly expected: string;

  constructor(what: string, expected: string) {
    super(`${what}: expected ${expected}`);
    this.name = "InvalidWrite";
    this.what = what;
    this.expected = expected;
  }
}
