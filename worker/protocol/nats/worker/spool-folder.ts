import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { z } from "zod";
import type { AttemptRef } from "../../ids.ts";
import { systemClock, type Clock } from "../../clock.ts";
import { parseJson } from "../server/bucket.ts";
import { isOfSameKey } from "../link/identity.ts";
import { refOfKey, workerKey } from "../server/names.ts";
import type { SpoolDisk } from "./spool-disk.ts";
import { AttemptSpool, type SpoolProblem } from "./spool.ts";

const ownerSchema = z.object({ host: z.string(), pid: z.int() });
const ownerFile = "owner.json";
const ending = ".jsonl";

/** An owner on another host, or in another container, is taken for dead after this much silence. */
const silenceMs = 90_000;

/**
 * `<root>/<worker>/`: the spools of one worker process. What dead processes left beside it is adopted, so the
 * last words of a killed worker arrive as soon as any worker runs on its machine again. An owner is dead when
 * its process is gone from this host, or, on another host that shares the folder, when it was silent for long.
 */
export class SpoolFolder {
  readonly path: string;
  private readonly root: string;
  private readonly worker: string;
  private readonly onProblem: SpoolProblem;
  private readonly clock: Clock;
  private readonly disk: SpoolDisk | undefined;

  constructor(
    root: string,
    worker: string,
    onProblem: SpoolProblem,
    clock: Clock = systemClock,
    disk?: SpoolDisk,
  ) {
    this.root = root;
    this.worker = worker;
    this.path = path.join(root, workerKey(worker));
    this.onProblem = onProblem;
    this.clock = clock;
    this.disk = disk;
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(this.path, ownerFile), JSON.stringify({ host: hostname(), pid: process.pid }));
  }

  spool(ref: AttemptRef): AttemptSpool {
    return new AttemptSpool(this.path, ref, this.onProblem, this.disk);
  }

  /** Says that this process lives, for those who cannot see it. */
  touch(): void {
    try {
      const now = this.clock.now() / 1000;
      utimesSync(path.join(this.path, ownerFile), now, now);
    } catch {
      // the folder was removed by hand; spools make it again when they need it
    }
  }

  /** What earlier processes of this name left, as far as it can be read. */
  leftovers(): AttemptSpool[] {
    return this.restore(this.path);
  }

  /** What dead neighbours left, now ours: the first to rename the folder has it. */
  adopt(): AttemptSpool[] {
    return folderNames(this.root)
      .map((name) => path.join(this.root, name))
      .filter(
        (folder) => folder !== this.path && this.maySend(folder) && isAbandoned(folder, this.clock.now()),
      )
      .flatMap((folder) => this.adoptFolder(folder));
  }

  /** Removes the folder when nothing is kept in it. */
  leave(): void {
    this.guarded(() => {
      if (!existsSync(this.path)) return; // removed by hand
      if (spoolsBelow(this.path).length === 0) rmSync(this.path, { recursive: true, force: true });
    });
  }

  /** What was said with another key would not be believed when it came with this one. */
  private maySend(folder: string): boolean {
    return isOfSameKey(Buffer.from(path.basename(folder), "base64url").toString(), this.worker);
  }

  private adoptFolder(folder: string): AttemptSpool[] {
    const mine = path.join(this.path, `adopted-${randomUUID()}`);
    try {
      mkdirSync(this.path, { recursive: true });
      renameSync(folder, mine);
    } catch {
      return []; // another process was first
    }
    return this.restore(mine);
  }

  private restore(folder: string): AttemptSpool[] {
    const found = this.guarded(() => spoolsBelow(folder)) ?? [];
    return found.flatMap(
      ({ folder, ref }) =>
        this.guarded(() => AttemptSpool.restore(folder, ref, this.onProblem, this.disk)) ?? [],
    );
  }

  /** What the disk refuses is reported: one file that cannot be read must not stand in the way of all others. */
  private guarded<T>(task: () => T): T | null {
    try {
      return task();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.onProblem(new Error(`unsent reports cannot be read: ${reason}`, { cause: error }));
      return null;
    }
  }
}

/** Nothing where the folder was removed by hand; spools make it again when they need it. */
function folderNames(root: string): readonly string[] {
  try {
    return readdirSync(root);
  } catch {
    return [];
  }
}

/** Adopted folders may hold adopted folders. */
function spoolsBelow(folder: string): { readonly folder: string; readonly ref: AttemptRef }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return spoolsBelow(path.join(folder, entry.name));
    const ref = entry.name.endsWith(ending) ? refOfKey(entry.name.slice(0, -ending.length)) : null;
    return ref === null ? [] : [{ folder, ref }];
  });
}

function isAbandoned(folder: string, now: number): boolean {
  const file = path.join(folder, ownerFile);
  try {
    const owner = ownerSchema.safeParse(parseJson(readFileSync(file, "utf8"))).data;
    if (owner !== undefined && owner.host === hostname()) return !isAlive(owner.pid);
    return now - statSync(file).mtimeMs > silenceMs;
  } catch {
    return false;
  }
}

/** One process has one folder: another one under this very number is that of an earlier process. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
