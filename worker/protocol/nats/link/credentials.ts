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
