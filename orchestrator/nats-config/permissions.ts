import { inboxOf } from "../../worker/protocol/nats/link/auth.ts";
import { bucketStream, type Names } from "../../worker/protocol/nats/server/names.ts";

/** Subjects a user may publish to and subscribe to; nothing else. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/**
 * What one role uses of the lab's streams, which belong to the coordinator's account: subjects it may ask or tell, and
 * subjects it may listen to. A role in an account of its own imports exactly these.
 */
export interface Share {
  readonly services: readonly string[];
  readonly streams: readonly string[];
}

/**
 * What a worker needs: take offers, claim, report, store files, say that it lives, hear orders. It cannot make
 * offers or orders, see other workers' reports, change or remove streams, or replace a file that is stored. Its key is
 * part of the subjects of what it says, so that it cannot speak for another worker.
 */
export function workerShare(names: Names, publicKey: string): Share {
  const { prefix, trials, blobs, claims, control, state, workers } = names;
  return {
    services: [
      "$JS.API.INFO",
      `$JS.API.STREAM.INFO.${bucketStream(state)}`,
      `$JS.API.STREAM.INFO.${blobs}`,
      ...[claims, control, state].map(
        (bucket) => `$JS.API.DIRECT.GET.${bucketStream(bucket)}.$KV.${bucket}.>`,
      ),
      `$JS.API.DIRECT.GET.${blobs}.${prefix}.blob.>`,
      `$JS.API.CONSUMER.MSG.NEXT.${trials}.*`,
      `$JS.ACK.${trials}.>`,
      `$KV.${claims}.>`,
      `$KV.${workers}.${publicKey}.*`,
      `${prefix}.report.*.*.*.${publicKey}`,
      `${prefix}.blob.>`,
    ],
    streams: [`$KV.${control}.>`, `$KV.${state}.pool.>`, `${prefix}.drain.*`, `${prefix}.resend.*`],
  };
}

/** What a viewer needs: leaderboards and the list of workers. Nothing that it sends is heard. */
export function viewerShare(names: Names): Share {
  const [state, workers] = [names.state, names.workers].map((bucket) => bucketStream(bucket));
  return {
    services: [
      "$JS.API.INFO",
      `$JS.API.STREAM.INFO.${state}`,
      `$JS.API.STREAM.INFO.${workers}`,
      `$JS.API.DIRECT.GET.${state}.$KV.${names.state}.board.>`,
      `$JS.API.DIRECT.GET.${workers}.$KV.${names.workers}.>`,
    ],
    streams: [],
  };
}

/** What a user of such a role may publish and subscribe to; answers come on subjects that follow from its key. */
export function permissionsOf({ services, streams }: Share, publicKey: string): Permissions {
  return { publish: services, subscribe: [`${inboxOf(publicKey)}.>`, ...streams] };
}
/** The lists as they stand in a server's configuration, for a server that has other users. */
export function permissionLists({ publish, subscribe }: Permissions, indent = ""): string {
  const list = (name: string, subjects: readonly string[]): string =>
    [`${indent}${name}: [`, ...subjects.map((one) => `${indent}  ${JSON.stringify(one)}`), `${indent}]`].join(
      "\n",
    );
  return `${list("publish", publish)}\n${list("subscribe", subscribe)}`;
}

const streamVerbs = ["INFO", "CREATE", "UPDATE", "PURGE"] as const;
const consumerVerbs = ["CREATE", "INFO", "DELETE", "MSG.NEXT"] as const;

/** What a coordinator needs: everything within the streams of this lab, and nothing of other programs. */
export function coordinatorPermissions(names: Names, publicKey: string): Permissions {
  const buckets = [names.claims, names.control, names.state, names.workers];
  const streams = [
    names.trials,
    names.reports,
    names.blobs,
    names.journal,
    ...buckets.map((bucket) => bucketStream(bucket)),
  ];
  return {
    publish: [
      "$JS.API.INFO",
      ...streams.flatMap((stream) => [
        ...streamVerbs.map((verb) => `$JS.API.STREAM.${verb}.${stream}`),
        ...consumerVerbs.map((verb) => `$JS.API.CONSUMER.${verb}.${stream}.>`),
        `$JS.API.DIRECT.GET.${stream}.>`,
      ]),
      ...buckets.map((bucket) => `$KV.${bucket}.>`),
      `${names.prefix}.>`,
      // Answers to other commands with these credentials.
      `${inboxOf(publicKey)}.>`,
    ],
    subscribe: [
      `${inboxOf(publicKey)}.>`,
      `$KV.${names.claims}.>`,
      `$KV.${names.workers}.>`,
      `${names.prefix}.study.*`,
      `${names.prefix}.stop.*`,
    ],
  };
}
