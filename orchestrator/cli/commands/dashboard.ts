import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { InvalidArgumentError, Option, type Command } from "commander";
import { startDashboard, type DashboardOptions } from "../../dashboard/server.ts";
import { UserError } from "../../errors.ts";
import { note, print, printJson, type Io } from "../io.ts";
import { requiredLab } from "../lab-connection.ts";
import { natsOptions, type NatsFlags } from "../nats-options.ts";
import { dbFile, dbOption, type DbOptions } from "../options.ts";

interface DashboardFlags extends DbOptions, NatsFlags {
  readonly port?: number;
  readonly host: string;
  readonly allowHost: readonly string[];
  readonly prefix: string;
  readonly token?: true;
  readonly actions?: true;
  readonly withParent?: true;
  readonly open?: true;
  readonly json?: true;
}

const examples = `
Examples:
  $ seqtune dashboard                          the studies of seqtune.db, at http://127.0.0.1:8080/
  $ seqtune dashboard --db lab.db --open
  $ seqtune dashboard --host 0.0.0.0 --token --allow-host lab7      for other machines, with a token in the address
  $ seqtune dashboard --actions                stops, enqueues and marks trials from the page
  $ seqtune dashboard --nats nats://lab:4222 --creds lab/viewer.creds     what a lab publishes, from any machine
  $ ssh -L 8080:127.0.0.1:8080 lab7 seqtune dashboard               from elsewhere, without opening a port

Without --actions it only reads: it cannot change a study. Ctrl-C ends it. SEQTUNE_DASHBOARD_TOKEN sets the token,
otherwise --token makes a new one at each start. docs/dashboard.md explains how to run it behind a reverse proxy.
`;

const defaultPort = 8080;

export function dashboardCommand(program: Command, io: Io): void {
  const command = program
    .command("dashboard")
    .addOption(dbOption())
    .option(
      "--port <n>",
      `port to listen on; 0: any free one (default: ${defaultPort}, or the next free one)`,
      port,
    )
    .option("--host <address>", "address to listen on; any other than 127.0.0.1 needs a token", "127.0.0.1")
    .option("--allow-host <name>", "another name by which browsers reach it; may be repeated", collect, [])
    .option("--prefix <path>", "path under which a reverse proxy serves it, such as /seqtune", prefix, "")
    .option("--token", "require a token, and print it in the address")
    .option("--actions", "let the page stop, enqueue and mark trials; requires a token")
    .addOption(new Option("--with-parent", "end when standard input closes").hideHelp())
    .option("--open", "open it in the browser")
    .option("--json", 'print the address as {"address": ...}');
  natsOptions(command, "to show what its coordinators publish", { byFlag: true })
    .addHelpText("after", examples)
    .action(async (flags: DashboardFlags) => {
      leaveTheMachineToOthers();
      const dashboard = await startDashboard({
        db: shownBy(io, flags),
        host: flags.host,
        port: flags.port ?? defaultPort,
        orNext: flags.port === undefined,
        allowedHosts: flags.allowHost,
        prefix: flags.prefix,
        token: tokenOf(flags, io),
        actions: flags.actions ?? false,
      });
      if (flags.json) printJson(io, { address: dashboard.address });
      else print(io, dashboard.address);
      if (flags.open) openInBrowser(dashboard.address, io);
      await ended(io.closed, flags.withParent ?? false);
      await dashboard.close();
    });
}

/** A lab only where the command line names it: one in the environment does not hide the studies of this machine. */
function shownBy(io: Io, flags: DashboardFlags): DashboardOptions["db"] {
  if (flags.nats === undefined && flags.lab === undefined) return dbFile(io, flags);
  if (flags.actions)
    throw new UserError(
      "--actions changes the database of this machine, and a lab is shown; stop its studies with: seqtune stop NAME --nats …",
    );
  return requiredLab(io, flags);
}

/** Throws `UserError` where others could read without one. */
function tokenOf({ host, token, actions }: DashboardFlags, { env }: Io): string | null {
  const given = env["SEQTUNE_DASHBOARD_TOKEN"] || null;
  if (given !== null && given.length < 16)
    throw new UserError(
      "SEQTUNE_DASHBOARD_TOKEN is too short to be safe; it must have at least 16 characters",
    );
  if (given !== null) return given;
  if (token || actions) return randomBytes(18).toString("base64url");
  const isLocal = ["127.0.0.1", "::1", "localhost"].includes(host);
  if (isLocal) return null;
  throw new UserError(
    `--host ${host}: other machines could read every study; add --token, or leave --host out`,
  );
}

/** Sweeps come before those who look at them. No more than half-way to the system's "below normal": that made a page wait ten times as long. */
function leaveTheMachineToOthers(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL / 2);
  } catch {
    // where the system refuses, it goes on as before
  }
}

async function ended(closed: AbortSignal, withParent: boolean): Promise<void> {
  if (withParent) process.stdin.resume();
  await Promise.race([
    once(process, "SIGINT"),
    once(process, "SIGTERM"),
    ...(withParent ? [once(process.stdin, "close")] : []),
    closed.aborted ? undefined : once(closed, "abort"),
  ]);
}

function openInBrowser(address: string, io: Io): void {
  const [command, ...args]: readonly [string, ...string[]] =
    process.platform === "darwin"
      ? ["open"]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", ""]
        : ["xdg-open"];
  const child = spawn(command, [...args, address], { stdio: "ignore", detached: true });
  child.once("error", () => {
    note(io, `no browser could be opened (${command} is missing); open the address yourself`);
  });
  child.unref();
}

function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 0 to 65535.");
}

function prefix(text: string): string {
  const path = text.replace(/\/+$/, "");
  if (path === "" || /^(\/[A-Za-z0-9._~-]+)+$/.test(path)) return path;
  throw new InvalidArgumentError("It must be a path such as /seqtune.");
}

function collect(text: string, known: readonly string[]): readonly string[] {
  return [...known, text];
}
