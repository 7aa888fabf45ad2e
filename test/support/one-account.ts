import { nkeys } from "@nats-io/transport-node";
import {
  coordinatorPermissions,
  permissionLists,
  permissionsOf,
  workerShare,
  type Permissions,
} from "../../orchestrator/nats-config/permissions.ts";
import type { NatsAuth } from "../../worker/protocol/nats/link/credentials.ts";
import { namesFor, type Names } from "../../worker/protocol/nats/server/names.ts";

export interface OneAccount {
  /** Lines of a server's configuration. */
  readonly config: string;
  readonly coordinator: Extract<NatsAuth, { readonly kind: "nkey" }>;
  readonly worker: Extract<NatsAuth, { readonly kind: "nkey" }>;
}

/** A server that has all users in one account, kept apart by the lists of `nats-config --print-permissions`. */
export function oneAccount(
  permissionsOfWorker: (names: Names, key: string) => Permissions = (names, key) =>
    permissionsOf(workerShare(names, key), key),
  prefix?: string,
): OneAccount {
  const names = namesFor(prefix);
  const [coordinator, worker] = [nkeys.createUser(), nkeys.createUser()];
  const user = (key: string, permissions: Permissions): string =>
    `{ nkey: ${key}\n permissions: {\n${permissionLists(permissions)}\n} }`;
  const [boss, hand] = [coordinator.getPublicKey(), worker.getPublicKey()];
  const users = [
    user(boss, coordinatorPermissions(names, boss)),
    user(hand, permissionsOfWorker(names, hand)),
  ];
  const seed = (pair: nkeys.KeyPair): string => new TextDecoder().decode(pair.getSeed());
  return {
    config: `authorization { users: [\n${users.join("\n")}\n] }`,
    coordinator: { kind: "nkey", seed: seed(coordinator) },
    worker: { kind: "nkey", seed: seed(worker) },
  };
}
