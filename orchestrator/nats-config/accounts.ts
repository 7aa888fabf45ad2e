import type { Names } from "../../worker/protocol/nats/server/names.ts";
import {
  coordinatorPermissions,
  permissionLists,
  permissionsOf,
  type Permissions,
  type Share,
} from "./permissions.ts";
import type { User } from "./users.ts";

/** A user in an account of its own, and what it uses of the lab's. */
export interface Guest {
  readonly user: User;
  readonly share: Share;
}

const labAccount = "LAB";

/**
 * The accounts of a server's configuration. Streams, and the users that may write anywhere in them, are in one; each worker's and
 * viewer's user has one of its own that imports what the role needs. Lists of permissions do not keep the users of
 * one account apart (nats-server issues 3202, 4225 and 8274).
 */
export function accountsText(names: Names, coordinator: User, guests: readonly Guest[]): string {
  const lab = `  ${labAccount} {
    jetstream: enabled
    users: [
${userText(coordinator, coordinatorPermissions(names, coordinator.publicKey))}
    ]
    exports: [
${exportLines(guests).join("\n")}
    ]
  }`;
  return `accounts {\n${[lab, ...guests.map((guest) => guestText(guest))].join("\n")}\n}\n`;
}

function guestText({ user, share }: Guest): string {
  const imports = [
    ...share.services.map((subject) => `service: { account: ${labAccount}, subject: ${quoted(subject)} }`),
    ...share.streams.map((subject) => `stream: { account: ${labAccount}, subject: ${quoted(subject)} }`),
  ];
  return `  ${accountOf(user)} {
    users: [
${userText(user, permissionsOf(share, user.publicKey))}
    ]
    imports: [
${imports.map((one) => `      { ${one} }`).join("\n")}
    ]
  }`;
}

/** Each subject once, with the accounts that import it. */
function exportLines(guests: readonly Guest[]): readonly string[] {
  const accounts = new Map<string, string[]>();
  for (const { user, share } of guests) {
    for (const kind of ["service", "stream"] as const) {
      for (const subject of share[`${kind}s`]) {
        const key = `${kind}: ${quoted(subject)}`;
        accounts.set(key, [...(accounts.get(key) ?? []), accountOf(user)]);
      }
    }
  }
  return [...accounts].map(([what, names]) => `      { ${what}, accounts: [${names.join(", ")}] }`);
}

/** Of a user named "gpu-7": `USER_gpu-7`, which is no word of the server's configuration. */
function accountOf({ name }: User): string {
  return `USER_${name}`;
}

function userText({ name, publicKey }: User, permissions: Permissions): string {
  return `      # ${name}
      {
        nkey: ${publicKey}
        permissions: {
${permissionLists(permissions, "          ")}
        }
      }`;
}

function quoted(subject: string): string {
  return JSON.stringify(subject);
}
