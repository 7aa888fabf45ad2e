import type { BlobStore } from "../../blobs.ts";
import type { LinkOptions } from "../link/dial.ts";
import type { LinkState } from "../link/link.ts";
import type { Labels } from "../server/names.ts";
import type { Timings } from "../link/timings.ts";

export interface CoordinatorBusOptions extends Omit<LinkOptions, "name"> {
  /** The study's key. */
  readonly study: string;
  /** What people call the study; default: its key. */
  readonly title?: string;
  /**
   * Names what this coordinator alone holds, such as its locked database: `host:/path/to/seqtune.db`. A lock left
   * behind by the same owner is taken at once; without a name the bus waits until a left lock shows no life.
   */
  readonly owner?: string;
  /** Only workers with all these labels get this study's trials. */
  readonly requires?: Labels;
  /** Folder of this machine for copies of files. */
  readonly folder: string;
  /** Where else they are kept. */
  readonly copies?: BlobStore;
  readonly prefix?: string;
  /** Copies of every stream in a cluster of servers; 1 (default), 3 or 5. */
  readonly replicas?: number;
  /** Ends the waiting for a server that does not answer yet. Without it such a server is an error. */
  readonly signal?: AbortSignal;
  readonly onState?: (state: LinkState) => void;
  /** What a person should know and may have to act on; the bus goes on by itself. */
  readonly onProblem?: (problem: Error) => void;
  /** Another coordinator took the study: this one must end without touching it any more. */
  readonly onSuperseded?: (error: Error) => void;
  readonly timings?: Partial<Timings>;
}
