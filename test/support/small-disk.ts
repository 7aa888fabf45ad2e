import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, rmdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * A disk of a few megabytes that can be filled. It is mounted in a namespace of its own, so that no rights are
 * needed; processes run with `wrap` see it at `folder`. It lasts until it is closed, whatever dies meanwhile.
 */
export class SmallDisk {
  readonly folder: string;
  readonly wrap: readonly [string, ...string[]];
  private readonly holder: ChildProcess;

  private constructor(folder: string, holder: ChildProcess) {
    this.folder = folder;
    this.holder = holder;
    const into = ["--preserve-credentials", "-U", "-m", "-t", String(holder.pid)];
    this.wrap = ["nsenter", ...into, `--wd=${process.cwd()}`];
  }

  /** Why this machine cannot have such a disk; `null`: it can. */
  static obstacle(): string | null {
    try {
      const mount = ["-rm", "sh", "-c", 'mount -t tmpfs tmpfs "$0"', tmpdir()];
      execFileSync("unshare", mount, { stdio: ["ignore", "ignore", "pipe"] });
      return null;
    } catch (error) {
      return error instanceof Error ? error.message.replaceAll("\n", " ") : String(error);
    }
  }

  static async create(megabytes: number): Promise<SmallDisk> {
    const folder = mkdtempSync(path.join(tmpdir(), "seqtune-disk-"));
    const script = `mount -t tmpfs -o size=${megabytes}m tmpfs "$0" && echo mounted && exec sleep infinity`;
    const holder = spawn("unshare", ["-rm", "sh", "-c", script, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const mounted = once(holder.stdout, "data");
    await Promise.race([mounted, once(holder, "exit").then(() => Promise.reject(new Error("no disk")))]);
    return new SmallDisk(folder, holder);
  }

  /** Where this process sees a file of the disk. */
  file(name: string): string {
    return path.join(`/proc/${this.holder.pid}/root`, this.folder, name);
  }

  /** Takes what room there is now; processes that use the disk may make some again. */
  fill(): void {
    const { bavail, bsize } = statfsSync(this.file(""));
    try {
      appendFileSync(this.file("ballast"), Buffer.alloc(bavail * bsize));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    }
  }

  makeRoom(): void {
    rmSync(this.file("ballast"), { force: true });
  }

  async close(): Promise<void> {
    const ended = once(this.holder, "exit");
    this.holder.kill("SIGKILL");
    await ended;
    rmdirSync(this.folder);
  }
}
