import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { refKey, type AttemptRef } from "../../ids.ts";
import { workerMessageSchema, type WorkerMessage } from "../../messages.ts";
import { parseJson } from "../server/bucket.ts";
import { fileSystem, type SpoolDisk } from "./spool-disk.ts";

/** A message that is not known to be committed. */
export interface Spooled {
  readonly n: number;
  readonly json: string;
  /** waiting: to be published. stored: the server has it; the coordinator may not. */
  state: "waiting" | "stored";
  /** Was it ever stored? Then the server must not take it for a repeat when it is sent again. */
  again: boolean;
}

/** Where a spool cannot be written (disk full), messages stay in memory only, and this is reported. */
export type SpoolProblem = (problem: Error) => void;

/**
 * The messages of one attempt, first on this machine's disk, then on their way: a file of JSON lines, appended to.
 *
 * A line survives the death of this process from the moment `append` returns. The end of an attempt is also
 * pressed to the disk (fdatasync, in the background), because hours of work hang on it; single reports are not: a
 * machine that loses power loses the attempt with them, and the next attempt trains those epochs again.
 */
export class AttemptSpool {
  readonly ref: AttemptRef;
  readonly messages: Spooled[] = [];
  private readonly file: string;
  private readonly onProblem: SpoolProblem;
  private readonly disk: SpoolDisk;
  private fd: number | null = null;
  private written = false;
  /** What a full disk refused. It goes first when there is room again, so that the file never has a gap. */
  private refused = Buffer.alloc(0);
  private ended = false;
  private highest = -1;
  private sender: string | null = null;

  constructor(folder: string, ref: AttemptRef, onProblem: SpoolProblem, disk: SpoolDisk = fileSystem) {
    this.ref = ref;
    this.file = path.join(folder, spoolFileName(ref));
    this.onProblem = onProblem;
    this.disk = disk;
  }

  /** Takes over what another process left. A line it did not finish is left out. */
  static restore(folder: string, ref: AttemptRef, onProblem: SpoolProblem, disk?: SpoolDisk): AttemptSpool {
    const spool = new AttemptSpool(folder, ref, onProblem, disk);
    for (const line of readFileSync(spool.file, "utf8").split("\n")) {
      const parsed = workerMessageSchema.safeParse(parseJson(line));
      if (parsed.success) spool.remember(parsed.data, line);
    }
    spool.written = true;
    spool.ended = true; // its writer is gone
    return spool;
  }

  /** The newest message, also one that is committed already; -1 before the first. */
  get newest(): number {
    return this.highest;
  }

  /** Who made the messages, which may be a dead neighbour; `null` before the first. */
  get worker(): string | null {
    return this.sender;
  }

  /** Nothing more will come. */
  get complete(): boolean {
    return this.ended;
  }

  append(message: WorkerMessage, json: string): void {
    this.write(`${json}\n`, message.kind === "ended");
    this.remember(message, json);
  }

  /** Everything up to `n` is in the database: forget it, and the file too when that was all. Returns how many went. */
  committed(n: number): number {
    const left = this.messages.findIndex((message) => message.n > n);
    const gone = left === -1 ? this.messages.length : left;
    this.messages.splice(0, gone);
    if (this.messages.length === 0 && this.ended) this.remove();
    return gone;
  }

  /** What the server has, but may have lost, is to be sent again. */
  resend(): void {
    for (const message of this.messages) {
      if (message.state === "stored") message.again = true;
      message.state = "waiting";
    }
  }

  get hasWaiting(): boolean {
    return this.messages.some(({ state }) => state === "waiting");
  }

  /**
   * The next messages to publish as one: as many as follow each other and take `limitBytes` together, one at least. Those
   * that were stored before are not mixed with those that were not.
   */
  next(limitBytes: number): readonly Spooled[] {
    const start = this.messages.findIndex(({ state }) => state === "waiting");
    if (start === -1) return [];
    const first = this.messages[start]!;
    let end = start + 1;
    for (let bytes = first.json.length; end < this.messages.length; end++) {
      const { state, again, json } = this.messages[end]!;
      bytes += json.length + 1;
      if (state !== "waiting" || again !== first.again || bytes > limitBytes) break;
    }
    return this.messages.slice(start, end);
  }

  /** Closes the file and leaves it to the next process. */
  close(): void {
    if (this.fd !== null) this.disk.close(this.fd);
    this.fd = null;
  }

  remove(): void {
    this.close();
    this.messages.length = 0;
    if (this.written) rmSync(this.file, { force: true });
  }

  private remember(message: WorkerMessage, json: string): void {
    this.messages.push({ n: message.n, json, state: "waiting", again: false });
    this.highest = message.n;
    this.sender = message.worker;
    if (message.kind === "ended") this.ended = true;
  }

  private write(line: string, toDisk: boolean): void {
    this.refused = Buffer.concat([this.refused, Buffer.from(line)]);
    try {
      this.fd ??= this.open();
      this.written = true;
      this.refused = this.refused.subarray(this.disk.write(this.fd, this.refused));
      if (this.refused.length > 0) throw new Error("no room for a whole line");
      if (toDisk) this.disk.press(this.fd);
    } catch (error) {
      this.onProblem(new Error(`cannot write ${this.file}: ${String(error)}`, { cause: error }));
    }
  }

  /** The folder is there, unless it was removed by hand. */
  private open(): number {
    try {
      return this.disk.open(this.file);
    } catch {
      mkdirSync(path.dirname(this.file), { recursive: true });
      return this.disk.open(this.file);
    }
  }
}

function spoolFileName(ref: AttemptRef): string {
  return `${refKey(ref)}.jsonl`;
}
