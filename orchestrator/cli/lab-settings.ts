/**
 * Where a lab is and who asks may come from a file, the environment and flags, in this order. Credentials are one thing: those of a
 * later place replace the earlier ones whole, so that a file's password never goes with a flag's user.
 */
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { UserError } from "../errors.ts";
import type { Io } from "./io.ts";
import type { NatsFlags } from "./nats-options.ts";
import { readText } from "./read-text.ts";

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
  coordinators: z.string().optional(),
  replicas: z.union([z.literal(1), z.literal(3), z.literal(5)]).optional(),
  allow_open_server: z.boolean().optional(),
});
/** What was given about a lab, by whatever way. */
export type Given = z.infer<typeof fileSchema>;

/** Later ones win; of several ways to say who this is, only the winner's stays. */
export function merged(io: Io, flags: NatsFlags): Given {
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
    coordinators: value("_COORDINATORS"),
    replicas: replicasOf(value("_REPLICAS")),
  });
}

function replicasOf(text: string | undefined): Given["replicas"] {
  if (text === undefined) return undefined;
  const value = fileSchema.shape.replicas.safeParse(Number(text));
  if (value.success) return value.data;
  throw new UserError(
    `SEQTUNE_NATS_REPLICAS is "${text}"; it must be 1, 3 or 5, the copies of each stream in a cluster`,
  );
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
