import path from "node:path";
import type { AttemptRef } from "../../ids.ts";
import { fileBlobs } from "../../local/file-blobs.ts";
import type { WorkerMessage } from "../../messages.ts";
import { Acknowledger } from "./acknowledger.ts";
import { NatsBlobs } from "../server/blobs.ts";
import type { Buckets } from "../server/buckets.ts";
import { Claims } from "../server/claims.ts";
import type { CoordinatorBusOptions } from "./coordinator-options.ts";
import type { Link } from "../link/link.ts";
import { Leftovers } from "./leftovers.ts";
import { StudyLease } from "./lock.ts";
import { poolOf, type Names } from "../server/names.ts";
import { Offers } from "./offers.ts";
import { OrderBook } from "./order-book.ts";
import { ReportReader } from "./report-reader.ts";
import type { Timings } from "../link/timings.ts";

/** What a coordinator stands on: its connection and what it knows of the server. */
export interface ServerAccess {
  readonly link: Link;
  readonly names: Names;
  readonly timings: Timings;
  readonly buckets: Buckets;
}

/** What the parts of a coordinator report. */
export interface CoordinatorHooks {
  readonly commit: (messages: readonly WorkerMessage[]) => void;
  readonly claimed: (ref: AttemptRef, worker: string) => void;
  readonly superseded: (error: Error) => void;
  readonly problem: (problem: Error) => void;
}

export interface CoordinatorParts {
  readonly lock: StudyLease;
  readonly reader: ReportReader;
  readonly acknowledger: Acknowledger;
  readonly offers: Offers;
  readonly orders: OrderBook;
  readonly files: NatsBlobs;
  readonly leftovers: Leftovers;
}

/** Makes the parts of a coordinator and ties them together; none does anything yet. */
export function coordinatorParts(
  options: CoordinatorBusOptions,
  access: ServerAccess,
  hooks: CoordinatorHooks,
): CoordinatorParts {
  const { study } = options;
  const { link, names, timings, buckets } = access;
  const lock = new StudyLease({
    link,
    state: buckets.state,
    study,
    title: options.title ?? study,
    owner: options.owner,
    timings,
    onLost: hooks.superseded,
  });
  const common = { link, names, timings, study, onProblem: hooks.problem };
  const mayAct = (): boolean => lock.isFresh();
  const epoch = (): number => lock.epoch;
  const acknowledger = new Acknowledger({ ...common, control: buckets.control, epoch, mayAct });
  const reader = new ReportReader({
    ...common,
    commit: hooks.commit,
    onCommitted: (messages, sequence) => acknowledger.committed(messages, sequence),
    mayCommit: mayAct,
  });
  const claims = new Claims(buckets.claims);
  const offers = new Offers({
    link,
    names,
    study,
    pool: poolOf(options.requires ?? {}),
    claims,
    onClaimed: hooks.claimed,
  });
  const cache = options.copies ?? fileBlobs(path.join(options.folder, "files"));
  return {
    lock,
    reader,
    acknowledger,
    offers,
    orders: new OrderBook(link, names, buckets.control, epoch),
    files: new NatsBlobs({ link, names, timings, cache, onProblem: hooks.problem }),
    leftovers: new Leftovers({ link, names, timings, study, control: buckets.control, claims, epoch }),
  };
}
