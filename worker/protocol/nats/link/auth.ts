import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import {
  credsAuthenticator,
  nkeyAuthenticator,
  nkeys,
  type NodeConnectionOptions,
} from "@nats-io/transport-node";
import type { NatsAuth, NatsTls } from "./credentials.ts";

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
