import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Where Debian keeps the server programs, which are not on the PATH. */
const debian = "/usr/lib/postgresql";

/** A PostgreSQL of its own for one measurement, with the settings it comes with; `null` where none is installed. */
export async function startPostgres(): Promise<Postgres | null> {
  const programs = findPrograms();
  if (programs === null) return null;
  const folder = mkdtempSync(path.join(tmpdir(), "seqtune-bench-postgres-"));
  const user = otherUser();
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const as = user ?? {};
  const data = path.join(folder, "data");
  execFileSync(path.join(programs, "initdb"), ["-D", data, "-A", "trust", "-U", "postgres"], {
    ...as,
    cwd: folder,
    stdio: "ignore",
  });
  const port = await freePort();
  const options = ["-D", data, "-p", String(port), "-k", folder, "-h", "127.0.0.1"];
  const child = spawn(path.join(programs, "postgres"), options, { ...as, cwd: folder, stdio: "ignore" });
  const ready = ["-h", "127.0.0.1", "-p", String(port), "-q"];
  for (let tries = 0; tries < 100; tries++) {
    await sleep(100);
    if (succeeds(path.join(programs, "pg_isready"), ready)) break;
  }
  const version = execFileSync(path.join(programs, "postgres"), ["--version"], { encoding: "utf8" });
  return new Postgres(child, folder, port, version.trim().split(" ").slice(2, 3).join(" "));
}

export class Postgres {
  readonly url: string;
  readonly version: string;
  private readonly child: ChildProcess;
  private readonly folder: string;

  constructor(child: ChildProcess, folder: string, port: number, version: string) {
    this.child = child;
    this.folder = folder;
    this.version = version;
    this.url = `postgresql+psycopg2://postgres@127.0.0.1:${port}/postgres`;
  }

  async close(): Promise<void> {
    const ended = once(this.child, "exit");
    this.child.kill("SIGINT");
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function findPrograms(): string | null {
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env["PATH"] ?? "").split(path.delimiter),
    ...versions.map((version) => path.join(debian, version, "bin")),
  ];
  return folders.find((folder) => existsSync(path.join(folder, "initdb"))) ?? null;
}

/** PostgreSQL refuses to run as root; the user it comes with takes its place. */
function otherUser(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  probe.close();
  await once(probe, "close");
  return port;
}
