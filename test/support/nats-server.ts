import { spawn, type ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { findNatsServer } from "../../worker/protocol/nats/link/find-server.ts";
import { until } from "./until.ts";

const cache = fileURLToPath(new URL("../../.cache", import.meta.url));

export interface ServerOptions {
  /** More lines of configuration; replaces the default listener when it names one. */
  readonly config?: string;
  readonly jetstream?: boolean;
  /** Room for all streams together. */
  readonly storeBytes?: string;
  /** Writes a whole configuration of its own instead and returns its file. */
  readonly configure?: (port: number, folder: string) => Promise<string>;
  /** Where it listens; loopback unless a test is about that. */
  readonly host?: string;
  /** Where it is reached on another machine; `configure` makes it listen there. */
  readonly address?: string;
  /** A command that runs the server as a command of its own. */
  readonly wrap?: readonly string[];
}

/** A real nats-server of a test: its own port and store, to be killed, stopped, wiped and started again. */
export class NatsServer {
  readonly port: number;
  readonly folder: string;
  private readonly file: string;
  private readonly options: ServerOptions;
  private child: ChildProcess | null = null;
  private log = "";
  private configFile: string | null = null;

  private constructor(file: string, port: number, folder: string, options: ServerOptions) {
    this.file = file;
    this.port = port;
    this.folder = folder;
    this.options = options;
  }

  static async start(options: ServerOptions = {}): Promise<NatsServer> {
    const { file } = await findNatsServer({ cache });
    const folder = await mkdtemp(path.join(tmpdir(), "seqtune-nats-"));
    const server = new NatsServer(file, await freePort(), folder, options);
    await server.up();
    return server;
  }

  get url(): string {
    return `nats://${this.options.address ?? "127.0.0.1"}:${this.port}`;
  }

  /** Its process; undefined while it is down. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  get store(): string {
    return path.join(this.folder, "store");
  }

  /** Starts it (again) on the same port and store, and waits until it answers. */
  async up(): Promise<void> {
    this.configFile ??= await (this.options.configure?.(this.port, this.folder) ?? this.configure());
    const [command, ...args] = [...(this.options.wrap ?? []), this.file, "-c", this.configFile];
    this.child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.log = (this.log + text).slice(-20_000);
    });
    const { child } = this;
    await until(() => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`nats-server ended: ${this.log.slice(-1500)}`);
      const isReady = this.log.includes("Server is ready");
      return isReady && (this.options.address !== undefined || answers(this.port));
    }, "nats-server");
  }

  private async configure(): Promise<string> {
    const { jetstream = true, config = "", host = "127.0.0.1", storeBytes = "1TB" } = this.options;
    const file = path.join(this.folder, "nats.conf");
    const store = JSON.stringify(this.store);
    const streams = jetstream ? `jetstream { store_dir: ${store}, max_file_store: ${storeBytes} }` : "";
    await writeFile(file, `listen: "${host}:${this.port}"\n${streams}\n${config}\n`);
    return file;
  }

  /** SIGKILL, as when the machine's memory runs out. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** SIGTERM, as when an administrator stops it. */
  async term(): Promise<void> {
    await this.end("SIGTERM");
  }

  stop(): void {
    this.child?.kill("SIGSTOP");
  }

  cont(): void {
    this.child?.kill("SIGCONT");
  }

  /** Forgets everything stored; only while it is down. */
  async wipe(): Promise<void> {
    await rm(this.store, { recursive: true, force: true, maxRetries: 10 });
  }

  async close(): Promise<void> {
    await this.end("SIGKILL");
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    this.child = null;
    this.log = "";
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
      child.kill(signal);
    });
  }
}

/** Test files that run beside each other have ports of their own, those of killed servers included. */
const shares = 64;
const share = Number(process.env["VITEST_POOL_ID"] ?? 0) % shares;
const given = new Set<number>();

/**
 * A port that no process has. Not one of those that the system gives to connections (from 32768 on): a server that is
 * killed would lose it to one of them, and clients that look for their server would find themselves there.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(157, 512) * shares + share; // 10,048 to 32,767
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

async function answers(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
