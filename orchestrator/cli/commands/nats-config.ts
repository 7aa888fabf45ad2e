import { InvalidArgumentError, type Command } from "commander";
import { isIP } from "node:net";
import { hostname } from "node:os";
import path from "node:path";
import { isLoopback } from "../../../worker/protocol/nats/link/loopback.ts";
import { OpensslMissing } from "../../nats-config/certificates.ts";
import {
  coordinatorPermissions,
  permissionLists,
  permissionsOf,
  viewerShare,
  workerShare,
  type Permissions,
} from "../../nats-config/permissions.ts";
import { namesFor } from "../../../worker/protocol/nats/server/names.ts";
import { BadWorkerName, ConfigExists, writeNatsConfig } from "../../nats-config/write.ts";
import { UserError } from "../../errors.ts";
import { print, type Io } from "../io.ts";

interface NatsConfigFlags {
  readonly out: string;
  readonly listen: string;
  readonly host: readonly string[];
  readonly worker: readonly string[];
  readonly userPerMachine: readonly string[];
  readonly natsPrefix?: string;
  readonly tls: boolean;
  readonly printPermissions: boolean;
}

const examples = `
Examples:
  $ seqtune nats-config --out lab/ --host lab.example.org
  $ seqtune nats-config --out lab/ --user-per-machine gpu1,gpu2,gpu3  credentials that can be revoked one by one
  $ seqtune nats-config --print-permissions                         for your own server

Each user may do only what it needs. Only you can read the files; keep it that way.
`;

export function natsConfigCommand(program: Command, io: Io): void {
  const several = (value: string, known: readonly string[] | undefined): readonly string[] => [
    ...(known ?? []),
    value,
  ];
  program
    .command("nats-config")
    .option("--out <dir>", "folder for the files; created if it does not exist")
    .option(
      "--print-permissions",
      "print what each role may do, for the configuration of your own server, and write nothing",
    )
    .option("--listen <host:port>", "address for the server to listen on", listenAddress, "0.0.0.0:4222")
    .option(
      "--host <name>",
      "name or address by which others reach the server; may be repeated (always: localhost)",
      several,
    )
    .option(
      "--worker <name>",
      "write a credentials file of that name; may be repeated (default: worker)",
      several,
    )
    .option(
      "--user-per-machine <names>",
      "write a credentials file for each of these machines: gpu1,gpu2,gpu3",
      (value: string) => value.split(",").map((name) => name.trim()),
    )
    .option("--nats-prefix <name>", "prefix of every name on the server (default: seqtune)")
    .option("--no-tls", "do not use TLS: everything except the keys is sent unencrypted")
    .addHelpText("after", examples)
    .action(async (flags: Partial<NatsConfigFlags> & Pick<NatsConfigFlags, "listen" | "tls">) => {
      if (flags.printPermissions === true) return print(io, permissionsText(flags.natsPrefix));
      const { out } = flags;
      if (out === undefined)
        throw new UserError("name the folder for the files: --out DIR, such as --out lab/");
      const folder = path.resolve(io.cwd, out);
      const hosts = [...new Set([...(flags.host ?? [hostname()]), "localhost", "127.0.0.1"])];
      const options = {
        out: folder,
        listen: flags.listen,
        hosts: flags.tls ? hosts : [],
        workers: workerNames(flags),
        ...(flags.natsPrefix === undefined ? {} : { prefix: flags.natsPrefix }),
      };
      const files = await inWords(() => writeNatsConfig(options));
      print(io, nextSteps(files, hosts[0] ?? "localhost", { ...flags, out }, options.workers));
    });
}

/** Each once, in the order given. */
function workerNames({ worker = [], userPerMachine = [] }: Partial<NatsConfigFlags>): readonly string[] {
  const names = [...new Set([...worker, ...userPerMachine])];
  return names.length === 0 ? ["worker"] : names;
}

/** What each role may do. A user's answers come on subjects of its own, which follow from its nkey. */
function permissionsText(prefix: string | undefined): string {
  const names = inPrefixWords(() => namesFor(prefix));
  const roles: Readonly<Record<string, Permissions>> = {
    coordinator: coordinatorPermissions(names, "NKEY"),
    viewer: permissionsOf(viewerShare(names), "NKEY"),
    worker: permissionsOf(workerShare(names, "NKEY"), "NKEY"),
  };
  const texts = Object.entries(roles).map(
    ([role, permissions]) => `# ${role}\n${permissionLists(permissions)}`,
  );
  return `# In place of NKEY: the public nkey of the user (U…), to whom answers go on _INBOX_<nkey>.\n\n${texts.join("\n\n")}`;
}

function inPrefixWords<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new UserError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function nextSteps(
  files: readonly string[],
  host: string,
  { out, listen, natsPrefix }: Pick<NatsConfigFlags, "out" | "listen"> & { readonly natsPrefix?: string },
  workers: readonly string[],
): string {
  const [, at = "", port = ""] = hostAndPort.exec(listen) ?? [];
  const isAlone = isLoopback(at);
  const url = `nats://${isAlone ? "localhost" : host}:${port}`;
  const prefix = natsPrefix === undefined ? "" : ` --nats-prefix ${natsPrefix}`;
  const file = (name: string): string => path.join(out, name);
  return `wrote ${files.map((name) => path.basename(name)).join(", ")} in ${out}

Next:
  nats-server -c ${file("nats.conf")}
  seqtune worker --nats ${url} --creds ${file(`${workers[0]}.creds`)}${prefix}        ${isAlone ? "on this machine only: the server listens to no other" : "on every machine that trains; copy the file there"}
  seqtune run sweep.yaml --nats ${url} --creds ${file("coordinator.creds")}${prefix}`;
}

const hostAndPort = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})$/;

function listenAddress(text: string): string {
  const [, host = "", port = ""] = hostAndPort.exec(text) ?? [];
  const isNumbers = /^[\d.]+$/.test(host) || host.startsWith("[");
  const isAddress = isNumbers ? isIP(host.replace(/^\[|\]$/g, "")) !== 0 : host !== "";
  if (isAddress && Number(port) >= 1 && Number(port) <= 65_535) return text;
  throw new InvalidArgumentError("It must be HOST:PORT with a port from 1 to 65535, such as 0.0.0.0:4222.");
}

async function inWords<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    const expected = [ConfigExists, BadWorkerName, OpensslMissing];
    if (error instanceof Error && expected.some((kind) => error instanceof kind)) {
      throw new UserError(error.message, { cause: error });
    }
    throw error;
  }
}
