import { nkeys } from "@nats-io/transport-node";
import type { NatsAuth } from "./credentials.ts";

/** Who a client is to the others of its lab. */
export interface Reach {
  readonly auth?: NatsAuth;
  /** Public nkeys (U…) of those whose orders count; without any everybody's do, and workers have no keys. */
  readonly coordinators?: readonly string[];
}

const seedOfCreds = /^SU[A-Z2-7]{56}$/m;

/** The nkey seed a client signs with, where its credentials hold one. */
export function seedOf(auth: NatsAuth | undefined): string | null {
  if (auth?.kind === "nkey") return auth.seed;
  return auth?.kind === "creds" ? (seedOfCreds.exec(auth.creds)?.[0] ?? null) : null;
}

/**
 * The public key that is part of the subjects a worker reports on, where its lab knows its coordinators by their keys:
 * the server lets no other user have these subjects.
 */
export function workerKeyOf({ auth, coordinators = [] }: Reach): string | null {
  const seed = coordinators.length === 0 ? null : seedOf(auth);
  return seed === null ? null : nkeys.fromSeed(new TextEncoder().encode(seed)).getPublicKey();
}

/** The letters of a key that end the names of its workers: a lab has too few keys for two to share them. */
const shortLength = 8;
const shortOf = (key: string): string => key.slice(1, 1 + shortLength);

/** A worker's name in its lab: where it has a key, the name says which. */
export function nameInLab(id: string, key: string | null): string {
  return key === null ? id : `${id}@${shortOf(key)}`;
}

const namedKey = (worker: string): string | null => /@([A-Z2-7]{8})$/.exec(worker)?.[1] ?? null;

/** Are these names of workers with the same key, or without one? */
export function isOfSameKey(worker: string, other: string): boolean {
  return namedKey(worker) === namedKey(other);
}

/** May a message that came on the subject of this key (`null`: of none) speak for the worker of this name? */
export function maySpeakFor(worker: string, key: string | null): boolean {
  return namedKey(worker) === (key === null ? null : shortOf(key));
}
