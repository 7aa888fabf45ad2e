import type { BlobStore } from "../../blobs.ts";
import type { LinkOptions } from "../link/dial.ts";
import type { LinkState } from "../link/link.ts";
import type { Labels } from "../server/names.ts";
import type { SpoolDisk } from "./spool-disk.ts";
import type { Timings } from "../link/timings.ts";

export interface WorkerBusOptions extends Omit<LinkOptions, "name"> {
  /** Unique among all workers of the lab. */
  readonly id: string;
  /** What this worker has; sweeps may require some of it. */
  readonly labels?: Labels;
  /** Folder of this machine for unsent messages and copies of files; several workers may share it. */
  readonly folder: string;
  /** Where else copies of files are kept. */
  readonly copies?: BlobStore;
  /** What unsent messages are written with; default: the file system. */
  readonly disk?: SpoolDisk;
  /** What copies of files may take there, bytes; default 10 GiB. */
  readonly cacheBytes?: number;
  readonly prefix?: string;
  /** End when the study this worker works for, or waits for, is over. For workers started for one sweep. */
  readonly leaveOnDrain?: boolean;
  /** For progress displays. */
  readonly onState?: (state: LinkState) => void;
  /** What a person should know and may have to act on; the bus goes on by itself. */
  readonly onProblem?: (problem: Error) => void;
  readonly timings?: Partial<Timings>;
  /** Gives up waiting for a server that does not answer. */
  readonly signal?: AbortSignal;
}
