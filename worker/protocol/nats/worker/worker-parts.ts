import path from "node:path";
import type { AttemptRef } from "../../ids.ts";
import { NatsBlobs } from "../server/blobs.ts";
import type { Buckets } from "../server/buckets.ts";
import { Claims } from "../server/claims.ts";
import { Epochs } from "../server/epochs.ts";
import { defaultCacheBytes, FileCache } from "./file-cache.ts";
import { Heartbeat } from "./heartbeat.ts";
import { nameInLab } from "../link/identity.ts";
import { Holdings } from "./holdings.ts";
import type { Link } from "../link/link.ts";
import type { Names } from "../server/names.ts";
import { OfferQueue } from "../server/offer-queue.ts";
import { Sender } from "./sender.ts";
import { SpoolFolder } from "./spool-folder.ts";
import type { Timings } from "../link/timings.ts";
import { Watermarks } from "./watermarks.ts";
import type { WorkerBusOptions } from "./worker-options.ts";
import { WorkerOrders } from "./worker-orders.ts";

export interface WorkerParts {
  /** What the lab calls this worker. */
  readonly name: string;
  readonly epochs: Epochs;
  readonly orders: WorkerOrders;
  readonly queue: OfferQueue;
  readonly holdings: Holdings;
  readonly spools: SpoolFolder;
  readonly sender: Sender;
  readonly heartbeat: Heartbeat;
  readonly files: NatsBlobs;
}

/** Makes the parts of a worker's bus and ties them together. The sender runs from here on. */
export function workerParts(
  options: WorkerBusOptions,
  link: Link,
  names: Names,
  timings: Timings,
  buckets: Buckets,
): WorkerParts {
  const onProblem = (problem: Error): void => options.onProblem?.(problem);
  const epochs = new Epochs();
  const name = nameInLab(options.id, link.workerKey);
  const orders = new WorkerOrders(link, names, buckets.control, epochs);
  const holdings = new Holdings({
    link,
    names,
    timings,
    claims: new Claims(buckets.claims),
    worker: name,
    onProblem,
    onFenced: (ref, holder) => fenced(ref, holder),
  });
  const sender = new Sender({
    link,
    names,
    timings,
    watermarks: new Watermarks(link, names, buckets.control, epochs),
    onProblem,
    onStored: (ref) => holdings.started(ref),
  });
  const fenced = (ref: AttemptRef, holder: string): void => {
    sender.drop(ref);
    orders.give(ref, { kind: "stop", reason: `the attempt is held by ${holder}` });
  };
  const limitBytes = options.cacheBytes ?? defaultCacheBytes;
  const cache =
    options.copies ?? new FileCache(path.join(options.folder, "files"), { limitBytes, clock: link.clock });
  return {
    name,
    epochs,
    orders,
    queue: new OfferQueue(link, names, timings, buckets.state, options.labels ?? {}),
    holdings,
    spools: new SpoolFolder(path.join(options.folder, "spool"), name, onProblem, link.clock, options.disk),
    sender,
    heartbeat: new Heartbeat(link, names, timings.heartbeatMs),
    files: new NatsBlobs({ link, names, timings, cache, onProblem }),
  };
}
