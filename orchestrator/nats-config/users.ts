import { nkeys } from "@nats-io/transport-node";

/** Who may use the server, under a name of ours. */
export interface User {
  readonly name: string;
  readonly publicKey: string;
  readonly seed: string;
}

export function newUser(name: string): User {
  const pair = nkeys.createUser();
  return { name, publicKey: pair.getPublicKey(), seed: new TextDecoder().decode(pair.getSeed()) };
}
