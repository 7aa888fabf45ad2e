import { Option, type Command } from "commander";
import { withoutSecrets } from "../../worker/protocol/nats/link/without-secrets.ts";

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

/** The flags with which a command to type later finds the same lab; nothing where the environment names it. */
export function labHint({ nats, creds, lab }: NatsFlags): string {
  const given = { nats: nats === undefined ? undefined : withoutSecrets(nats), creds, lab };
  return Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` --${name} ${value}`)
    .join("");
}

const environment = `
The lab's NATS server may also be given by the environment (SEQTUNE_NATS, SEQTUNE_NATS_CREDS, SEQTUNE_NATS_USER,
SEQTUNE_NATS_PASSWORD, SEQTUNE_NATS_TOKEN, SEQTUNE_NATS_TLS_CA, SEQTUNE_NATS_TLS_CERT, SEQTUNE_NATS_TLS_KEY,
SEQTUNE_NATS_PREFIX, SEQTUNE_NATS_COORDINATORS, SEQTUNE_NATS_REPLICAS) or by a YAML file (--lab FILE or SEQTUNE_LAB)
with the keys nats, creds, user, password, token, tls_ca, tls_cert, tls_key, prefix, coordinators, replicas,
allow_open_server. A flag wins over the environment, which wins over the file.
`;

/** For commands that also look at this machine's own studies. */
const onlyByFlag = `
Without --nats or --lab the command works on the database of this machine, even where SEQTUNE_NATS or SEQTUNE_LAB is set.
`;

/** Adds the options with which a command finds its lab. `what` completes "NATS server of the lab, …". */
export function natsOptions(
  command: Command,
  what: string,
  { byFlag = false }: { readonly byFlag?: boolean } = {},
): Command {
  return command
    .option("--nats <url>", `NATS server of the lab, ${what}`)
    .option("--creds <file>", "credentials of seqtune nats-config, an nkey seed, or a NATS .creds file")
    .option("--nats-user <name>", "user name (its password: SEQTUNE_NATS_PASSWORD or --lab)")
    .option("--tls-ca <file>", "certificate authority of the server, PEM")
    .option("--tls-cert <file>", "client certificate, if the server requires one")
    .option("--tls-key <file>", "private key of --tls-cert")
    .option("--nats-prefix <name>", "prefix of every name on the server (default: seqtune)")
    .option("--lab <file>", "YAML file with all these settings")
    .addOption(new Option("--allow-open-server", "use a server that requires no credentials"))
    .addHelpText("after", byFlag ? environment + onlyByFlag : environment);
}
