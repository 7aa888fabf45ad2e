import { readFileSync } from "node:fs";
import path from "node:path";
import { Option, type Command } from "commander";
import { parse } from "yaml";
import { z } from "zod";
import { parseCredentials, type NatsAuth, type NatsTls } from "../../worker/protocol/nats/auth.ts";
import { namesFor } from "../../worker/protocol/nats/names.ts";
import { parseTimings } from "../../worker/protocol/nats/parse-timings.ts";
import { UserError } from "../errors.ts";
import type { LabConnection } from "../lab/connection.ts";
import type { Io } from "./io.ts";

/** Flags about the NATS server as commander names them. Secrets are never flags: every process list shows those. */
export interface NatsFlags {
  readonly nats?: string;
  readonly creds?: string;
  readonly natsUser?: string;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly natsPrefix?: string;
  readonly allowOpenServer?: boolean;
  readonly lab?: string;
}

const environment = `
The lab's NATS server may also be given by the environment (SEQTUNE_NATS, SEQTUNE_NATS_CREDS, SEQTUNE_NATS_USER,
SEQTUNE_NATS_PASSWORD, SEQTUNE_NATS_TOKEN, SEQTUNE_NATS_TLS_CA, SEQTUNE_NATS_TLS_CERT, SEQTUNE_NATS_TLS_KEY,
SEQTUNE_NATS_PREFIX) or by a YAML file (--lab FILE or SEQTUNE_LAB) with the keys nats, creds, user, password, token,
tls_ca, tls_cert, tls_key, prefix, allow_open_server. A flag wins over the environment, that over the file.
`;

/** Adds the options with which a command finds its lab. `what` completes "NATS server of the lab, …". */
export function natsOptions(command: Command, what: string): Command {
  return command
    .option("--nats <url>", `NATS server of the lab, ${what}`)
    .option("--creds <file>", "credentials of seqtune nats-config, an nkey seed, or a NATS .creds file")
    .option("--nats-user <name>", "user name (its password: SEQTUNE_NATS_PASSWORD or --lab)")
    .option("--tls-ca <file>", "authority that signed the server's certificate, PEM")
    .option("--tls-cert <file>", "this client's certificate, where the server asks for one")
    .option("--tls-key <file>", "and its key")
    .option("--nats-prefix <name>", "first part of every name on the server (default: seqtune)")
    .option("--lab <file>", "YAML file with all of these")
    .addOption(new Option("--allow-open-server", "use a server that asks nobody for credentials"))
    .addHelpText("after", environment);
}

const fileSchema = z.strictObject({
  nats: z.string().optional(),
  creds: z.string().optional(),
  user: z.string().optional(),
  password: z.string().optional(),
  token: z.string().optional(),
  tls_ca: z.string().optional(),
  tls_cert: z.string().optional(),
  tls_key: z.string().optional(),
  prefix: z.string().optional(),
  allow_open_server: z.boolean().optional(),
});
type Given = z.infer<typeof fileSchema>;

/** What flags, environment and file say together; `null` when none of them names a server. Throws `UserError`. */
export function labConnection(io: Io, flags: NatsFlags): LabConnection | null {
  const given = merged(io, flags);
  if (given.nats === undefined || given.nats === "") return null;
  const { servers, auth: inUrl } = withoutUserinfo(given.nats);
  const named = authOf(given, io.cwd);
  const auth = named?.auth ?? inUrl;
  const tls: NatsTls = {
    ...named?.tls,
    ...(given.tls_ca === undefined ? {} : { ca: readable(io, given.tls_ca) }),
    ...(given.tls_cert === undefined ? {} : { cert: readable(io, given.tls_cert) }),
    ...(given.tls_key === undefined ? {} : { key: readable(io, given.tls_key) }),
  };
  return {
    servers,
    ...(auth === undefined ? {} : { auth }),
    ...(Object.keys(tls).length === 0 ? {} : { tls }),
    ...(given.prefix === undefined ? {} : { prefix: checkedPrefix(given.prefix) }),
    ...(given.allow_open_server === true ? { allowOpenServer: true } : {}),
    ...testTimings(io.env["SEQTUNE_TEST_TIMINGS"]),
  };
}

/**
 * The lab a study is to be run in, or `null` for local workers. `--workers` means local ones even where the
 * environment names a lab.
 */
export function labOfRun(
  io: Io,
  flags: NatsFlags & { readonly workers?: number; readonly engine?: string },
): LabConnection | null {
  const local = ["workers", "engine"].find((name) => flags[name as "workers" | "engine"] !== undefined);
  if (local === undefined) return labConnection(io, flags);
  if (flags.nats === undefined && flags.lab === undefined) return null;
  throw new UserError(
    `--${local} is about local workers; those of a lab say for themselves: seqtune worker --nats … (--slots, --engine)`,
  );
}

/** As `labConnection`, for commands that need a lab. */
export function requiredLab(io: Io, flags: NatsFlags): LabConnection {
  const lab = labConnection(io, flags);
  if (lab !== null) return lab;
  throw new UserError(
    "which lab? name its NATS server with --nats nats://HOST:4222 or SEQTUNE_NATS; on one machine: nats-server -js -a 127.0.0.1",
  );
}

/** Later ones win; of several ways to say who this is, only the winner's stays. */
function merged(io: Io, flags: NatsFlags): Given {
  const layers = [
    fromFile(io, flags.lab ?? io.env["SEQTUNE_LAB"]),
    fromEnvironment(io.env),
    fromFlags(flags),
  ];
  let result: Given = {};
  for (const layer of layers) {
    const who = layer.creds ?? layer.user ?? layer.token;
    const { creds: _creds, user: _user, token: _token, ...rest } = result;
    result = { ...(who === undefined ? result : rest), ...layer };
  }
  return result;
}

function fromFlags(flags: NatsFlags): Given {
  return given({
    nats: flags.nats,
    creds: flags.creds,
    user: flags.natsUser,
    tls_ca: flags.tlsCa,
    tls_cert: flags.tlsCert,
    tls_key: flags.tlsKey,
    prefix: flags.natsPrefix,
    allow_open_server: flags.allowOpenServer,
  });
}

function fromEnvironment(env: NodeJS.ProcessEnv): Given {
  const value = (name: string): string | undefined => env[`SEQTUNE_NATS${name}`] || undefined;
  return given({
    nats: value(""),
    creds: value("_CREDS"),
    user: value("_USER"),
    password: value("_PASSWORD"),
    token: value("_TOKEN"),
    tls_ca: value("_TLS_CA"),
    tls_cert: value("_TLS_CERT"),
    tls_key: value("_TLS_KEY"),
    prefix: value("_PREFIX"),
  });
}

function given(values: { [K in keyof Given]?: Given[K] | undefined }): Given {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function fromFile(io: Io, name: string | undefined): Given {
  if (name === undefined || name === "") return {};
  const file = path.resolve(io.cwd, name);
  let value: unknown;
  try {
    value = parse(readText(file, "lab file"), { maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof UserError) throw error;
    // Not the parser's message: it quotes the text, and secrets with it.
    throw new UserError(`the lab file ${file} is not YAML`);
  }
  const parsed = fileSchema.safeParse(value ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join(".") ?? "";
    throw new UserError(
      `the lab file ${file} cannot be used: ${where === "" ? "" : `${where}: `}${issue?.message ?? "not understood"}; ` +
        `allowed: ${Object.keys(fileSchema.shape).join(", ")}`,
    );
  }
  const folder = path.dirname(file);
  const here = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : path.resolve(folder, name);
  const { creds, tls_ca, tls_cert, tls_key } = parsed.data;
  return given({
    ...parsed.data,
    creds: here(creds),
    tls_ca: here(tls_ca),
    tls_cert: here(tls_cert),
    tls_key: here(tls_key),
  });
}

function authOf(
  { creds, user, password, token }: Given,
  cwd: string,
): { readonly auth: NatsAuth; readonly tls?: NatsTls } | undefined {
  const ways = [creds && "a credentials file", user && "a user", token && "a token"].filter(Boolean);
  if (ways.length > 1)
    throw new UserError(`${ways.join(" and ")} were given for the NATS server; keep one of them`);
  if (creds !== undefined) {
    const file = path.resolve(cwd, creds);
    const parsed = parseCredentials(readText(file, "credentials file"));
    if (parsed !== null) return parsed;
    throw new UserError(
      `${file} holds no credentials that NATS knows; give a file of seqtune nats-config, an nkey seed (SU…), or a .creds file`,
    );
  }
  if (token !== undefined) return { auth: { kind: "token", token } };
  if (user === undefined) return undefined;
  if (password === undefined) {
    throw new UserError(
      `user ${user} of the NATS server needs a password: SEQTUNE_NATS_PASSWORD, or password in the lab file`,
    );
  }
  return { auth: { kind: "password", user, password } };
}

/** Splits `nats://user:password@host` and `nats://token@host` into address and credentials. */
export function withoutUserinfo(servers: string): { readonly servers: string; readonly auth?: NatsAuth } {
  let auth: NatsAuth | undefined;
  const addresses = servers.split(",").map((server) => {
    const match = /^([a-z]+:\/\/)?(?:(.*)@)?([^@]*)$/s.exec(server.trim());
    const [, scheme = "", userinfo, host = ""] = match ?? [];
    if (userinfo !== undefined) auth = authOfUserinfo(userinfo);
    if (!/^(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.%]+\])(?::\d{1,5})?\/?$/.test(host)) {
      throw new UserError(`"${scheme}${host}" is no address of a NATS server; write it like nats://lab:4222`);
    }
    if (!["", "nats://", "tls://"].includes(scheme)) {
      throw new UserError(
        `${scheme} is not spoken here; write the NATS server like nats://lab:4222 or tls://lab:4222`,
      );
    }
    return `${scheme}${host.replace(/\/$/, "")}`;
  });
  return { servers: addresses.join(","), ...(auth === undefined ? {} : { auth }) };
}

function authOfUserinfo(userinfo: string): NatsAuth {
  const [user = "", ...password] = userinfo.split(":");
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  if (password.length === 0) return { kind: "token", token: decode(user) };
  return { kind: "password", user: decode(user), password: decode(password.join(":")) };
}

function checkedPrefix(prefix: string): string {
  try {
    return namesFor(prefix).prefix;
  } catch (cause) {
    throw new UserError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function readable(io: Io, name: string): string {
  const file = path.resolve(io.cwd, name);
  readText(file, "TLS file");
  return file;
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UserError(`the ${what} ${file} cannot be read; check its path and its permissions`, { cause });
  }
}

/** Shorter times for tests; not for people. Throws when they are not what they should be. */
function testTimings(text: string | undefined): Pick<LabConnection, "timings" | "leaseMs"> {
  if (text === undefined || text === "") return {};
  const schema = z.looseObject({ leaseMs: z.number().gt(0).optional() });
  const { leaseMs, ...timings } = schema.parse(JSON.parse(text));
  return { timings: parseTimings(timings), ...(leaseMs === undefined ? {} : { leaseMs }) };
}
