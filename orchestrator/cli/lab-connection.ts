import path from "node:path";
import { z } from "zod";
import {
  parseCredentials,
  type Credentials,
  type NatsTls,
} from "../../worker/protocol/nats/link/credentials.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { parseTimings } from "../../worker/protocol/nats/link/parse-timings.ts";
import { UserError } from "../errors.ts";
import type { LabConnection } from "../lab/connection.ts";
import type { Io } from "./io.ts";
import { withoutUserinfo } from "./lab-address.ts";
import { merged, type Given } from "./lab-settings.ts";
import type { NatsFlags } from "./nats-options.ts";
import { readText } from "./read-text.ts";

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
    ...coordinatorsOf(given, named?.coordinators),
    ...(Object.keys(tls).length === 0 ? {} : { tls }),
    ...(given.prefix === undefined ? {} : { prefix: checkedPrefix(given.prefix) }),
    ...(given.replicas === undefined ? {} : { replicas: given.replicas }),
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
    `--${local} applies to local workers; set this where a lab's workers start: seqtune worker --nats … (--slots, --engine)`,
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

function authOf({ creds, user, password, token }: Given, cwd: string): Credentials | undefined {
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

/** Whose orders count: what was given, else what the credentials say. */
function coordinatorsOf(
  { coordinators: text }: Given,
  named: readonly string[] | undefined,
): Pick<LabConnection, "coordinators"> {
  if (text === undefined) return named === undefined ? {} : { coordinators: named };
  const coordinators = text.split(/[\s,]+/).filter(Boolean);
  const odd = coordinators.find((key) => !/^U[A-Z2-7]{55}$/.test(key));
  if (odd === undefined) return { coordinators };
  throw new UserError(
    `coordinators of the lab: "${odd}" is not the public nkey of a user, which has 56 letters and begins with U (never a seed, SU…)`,
  );
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

/** Shorter times for tests; not for people. Throws when they are not what they should be. */
function testTimings(text: string | undefined): Pick<LabConnection, "timings" | "leaseMs"> {
  if (text === undefined || text === "") return {};
  const schema = z.looseObject({ leaseMs: z.number().gt(0).optional() });
  const { leaseMs, ...timings } = schema.parse(JSON.parse(text));
  return { timings: parseTimings(timings), ...(leaseMs === undefined ? {} : { leaseMs }) };
}
