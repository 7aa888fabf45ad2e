import type { Colors } from "../io.ts";

/** Trials a person is shown unless they ask for more. */
export const shownByDefault = 20;

export interface BoardStyle {
  readonly columns: number;
  readonly colors: Colors;
  /** ` --db FILE` where a command needs it, else empty. */
  readonly dbHint: string;
  /** The study's lab: what makes a command find it, such as ` --nats nats://lab:4222`. */
  readonly lab?: {
    readonly hint: string;
    /** Is the database on this machine, or does the board come from the lab? */
    readonly isHere: boolean;
  };
  /** The database, for "where the results are". */
  readonly db: string;
  /** Now, in milliseconds since 1970. */
  readonly now: number;
}
