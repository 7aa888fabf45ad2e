import type { Names } from "../../worker/protocol/nats/server/names.ts";
import type { Certificates } from "./certificates.ts";
import { accountsText } from "./accounts.ts";
import { viewerShare, workerShare } from "./permissions.ts";
import { newUser, type User } from "./users.ts";

export interface GenerateOptions {
  readonly names: Names;
  /** Folder the files will be in, as an absolute path: the server reads its certificate and keeps its data there. */
  readonly folder: string;
  /** Where the server listens: "0.0.0.0:4222". */
  readonly listen: string;
  /** A credentials file for each; one for all workers is enough, several can be taken away one by one. */
  readonly workers: readonly string[];
  readonly certificates: Certificates | null;
  /** Disk the server may use, bytes. Set well under what is free: 2.9 servers hang when a disk is full. */
  readonly storeBytes: number;
}

/** A file of the configuration; secret ones are readable by their owner only. */
export interface GeneratedFile {
  readonly name: string;
  readonly text: string;
}

/** A server configuration and a credentials file for the coordinator and for each kind of worker. */
export function generateNatsConfig(options: GenerateOptions): readonly GeneratedFile[] {
  const coordinator = newUser("coordinator");
  const viewer = newUser("viewer");
  const workers = options.workers.map((name) => newUser(name));
  const { certificates } = options;
  return [
    { name: "nats.conf", text: serverConfig(options, coordinator, viewer, workers) },
    ...[coordinator, viewer, ...workers].map((user) => ({
      name: `${user.name}.creds`,
      text: credentials(user, coordinator, certificates),
    })),
    ...(certificates === null
      ? []
      : [
          { name: "ca.pem", text: certificates.authority },
          { name: "server.pem", text: certificates.certificate },
          { name: "server.key", text: certificates.key },
        ]),
  ];
}

function serverConfig(
  options: GenerateOptions,
  coordinator: User,
  viewer: User,
  workers: readonly User[],
): string {
  const { names, folder, listen, certificates, storeBytes } = options;
  const file = (name: string): string => JSON.stringify(`${folder}/${name}`);
  const tls = `tls {
  cert_file: ${file("server.pem")}
  key_file: ${file("server.key")}
  timeout: 5
}
`;
  const guests = [
    { user: viewer, share: viewerShare(names) },
    ...workers.map((user) => ({ user, share: workerShare(names, user.publicKey) })),
  ];
  return `# Written by seqtune nats-config. Start with: nats-server -c ${folder}/nats.conf
# The paths below are of this machine; change them when you move the folder.
listen: "${listen}"
server_name: "seqtune"
jetstream {
  store_dir: ${file("data")}
  max_file_store: ${storeBytes}
  max_memory_store: ${64 << 20}
}
${certificates === null ? "" : tls}# To take a key away remove its account and start the server again.
${accountsText(names, coordinator, guests)}`;
}

function credentials(who: User, coordinator: User, certificates: Certificates | null): string {
  const authority =
    certificates === null
      ? ""
      : `\nThe server shows a certificate of this authority:\n${certificates.authority}`;
  return `seqtune credentials: ${who.name}. Anyone who has this file may act as it: keep it readable by you alone.
-----BEGIN USER NKEY SEED-----
${who.seed}
------END USER NKEY SEED------

Orders are signed by: ${coordinator.publicKey}
${authority}`;
}
