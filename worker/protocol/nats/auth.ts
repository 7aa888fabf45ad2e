import { credsAuthenticator, nkeyAuthenticator, type NodeConnectionOptions } from "@nats-io/transport-node";

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

export function tlsOptions(tls: NatsTls | undefined): NodeConnectionOptions {
  if (tls === undefined) return {};
  return {
    tls: {
      ...(tls.ca === undefined ? {} : { caFile: tls.ca }),
      ...(tls.cert === undefined ? {} : { certFile: tls.cert }),
      ...(tls.key === undefined ? {} : { keyFile: tls.key }),
    },
  };
}

const seedPattern = /^SU[A-Z2-7]{56}$/m;

/**
 * What a credentials file holds: an nkey seed (as `nats-config` writes it), or a .creds file with a JWT.
 * `null` when it is neither.
 */
export function parseCredentials(text: string): NatsAuth | null {
  if (text.includes("BEGIN NATS USER JWT")) return { kind: "creds", creds: text };
  const seed = seedPattern.exec(text)?.[0];
  return seed === undefined ? null : { kind: "nkey", seed };
}

/** Server addresses without what may be secret in them. */
export function withoutSecrets(servers: string): string {
  return servers.replaceAll(/\/\/[^@/,\s]*@/g, "//").replaceAll(/(^|,)[^@/,\s]*@/g, "$1");
}
