import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import {
  credsAuthenticator,
  nkeyAuthenticator,
  nkeys,
  type NodeConnectionOptions,
} from "@nats-io/transport-node";

/** How a client proves who it is. `creds` is the text of a .creds file, `seed` that of an nkey (SU…). */
export type NatsAuth =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  | { readonly kind: "nkey"; readonly seed: string }
  | { readonly kind: "creds"; readonly creds: string };

/** File names: the authority to trust, and, where the server asks clients for one, this client's certificate. */
export interface NatsTls {
  readonly ca?: string;
  /** The authority's certificate itself, as PEM text. */
  readonly authority?: string;
  readonly cert?: string;
  readonly key?: string;
}

export function authOptions(auth: NatsAuth): NodeConnectionOptions {
  switch (auth.kind) {
    case "none":
      return {};
    case "token":
      return { token: auth.token };
    case "password":
      return { user: auth.user, pass: auth.password };
    case "nkey":
      return { authenticator: nkeyAuthenticator(new TextEncoder().encode(auth.seed)) };
    case "creds":
      return { authenticator: credsAuthenticator(new TextEncoder().encode(auth.creds)) };
    default:
      return auth satisfies never;
  }
}

export function tlsOptions(tls: NatsTls | undefined, servers: readonly string[]): NodeConnectionOptions {
  if (tls === undefined) return {};
  const options = {
    ...(tls.ca === undefined ? {} : { caFile: tls.ca }),
    ...(tls.authority === undefined ? {} : { ca: tls.authority }),
    ...(tls.cert === undefined ? {} : { certFile: tls.cert }),
    ...(tls.key === undefined ? {} : { keyFile: tls.key }),
    checkServerIdentity: identityCheck(servers),
  };
  return { tls: options };
}

/**
 * Is a certificate that of the server? The client library names no server to TLS when its address is a number, and
 * the certificate would have to be one of "localhost": then it must be one of the addresses that were given.
 */
function identityCheck(
  servers: readonly string[],
): (host: string, certificate: PeerCertificate) => Error | undefined {
  const hosts = servers.map((server) => hostOf(server));
  const numbers = hosts.filter((host) => isIP(host) !== 0);
  return (host, certificate) => {
    const candidates = host === "localhost" && !hosts.includes(host) && numbers.length > 0 ? numbers : [host];
    const problems = candidates.map((name) => checkServerIdentity(name, certificate));
    return problems.includes(undefined) ? undefined : problems[0];
  };
}

/** `lab` of `tls://lab:4222`, `::1` of `[::1]:4222`. */
export function hostOf(server: string): string {
  const address = server.trim().replace(/^[a-z]+:\/\//, "");
  return /^\[(.*)\]/.exec(address)?.[1] ?? address.replace(/:\d+$/, "");
}

/** `4222` of `tls://lab`, `5222` of `[::1]:5222`. */
export function portOf(server: string): number {
  return Number(/(?:^|\]|[^:]):(\d+)$/.exec(server.trim().replace(/^[a-z]+:\/\//, ""))?.[1] ?? 4222);
}

const seedPattern = /^SU[A-Z2-7]{56}$/m;
const coordinatorPattern = /^Orders are signed by: (U[A-Z2-7]{55})$/gm;
const certificatePattern = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/;

/** What one credentials file says: who to be, and, in those of `nats-config`, whose server certificate to trust. */
export interface Credentials {
  readonly auth: NatsAuth;
  readonly tls?: NatsTls;
  /** Public nkeys of those whose orders count; those of `nats-config` say so. */
  readonly coordinators?: readonly string[];
}

/** Reads the text of a credentials file: an nkey seed as `nats-config` writes it, or a .creds file with a JWT. */
export function parseCredentials(text: string): Credentials | null {
  const authority = certificatePattern.exec(text)?.[0];
  const coordinators = [...text.matchAll(coordinatorPattern)].map(([, key]) => key!);
  const about = {
    ...(authority === undefined ? {} : { tls: { authority } }),
    ...(coordinators.length === 0 ? {} : { coordinators }),
  };
  if (text.includes("BEGIN NATS USER JWT")) return { auth: { kind: "creds", creds: text }, ...about };
  const seed = seedPattern.exec(text)?.[0];
  return seed === undefined ? null : { auth: { kind: "nkey", seed }, ...about };
}

/**
 * Where answers to this user go, so that permissions can keep others from reading them. For nkeys it follows
 * from the public key, and so needs no setting.
 */
export function inboxPrefixOf(auth: NatsAuth): string | undefined {
  if (auth.kind !== "nkey") return undefined;
  return inboxOf(nkeys.fromSeed(new TextEncoder().encode(auth.seed)).getPublicKey());
}

export function inboxOf(publicKey: string): string {
  return `_INBOX_${publicKey}`;
}
