import { createHash } from "node:crypto";
import { refKey, type AttemptRef } from "../../ids.ts";

/**
 * Every name on the server, from one prefix: subjects `seqtune.…`, streams and buckets `SEQTUNE_…`; of a prefix with dots,
 * `research.lstm`, they are `research.lstm.…` and `RESEARCH-LSTM_…`.
 * Two labs share a server by two prefixes.
 */
export interface Names {
  readonly prefix: string;
  /** Work queue of offers, `<prefix>.trial.<pool>.<study>.<trial>.<attempt>`. */
  readonly trials: string;
  /** What workers say, `<prefix>.report.<study>.<trial>.<attempt>`, with the worker's key behind where workers have keys. */
  readonly reports: string;
  /** Files by content, `<prefix>.blob.<sha256>.<chunk>`. */
  readonly blobs: string;
  /** What coordinators that are backed up write down: what they recorded since their newest snapshot, `<prefix>.journal.<study>`. */
  readonly journal: string;
  /** Key-value buckets. claims: who holds an attempt. */
  readonly claims: string;
  /** Orders and committed watermarks of attempts. */
  readonly control: string;
  /** Coordinator locks and pools. */
  readonly state: string;
  /** Heartbeats, in memory. */
  readonly workers: string;
}

export const defaultPrefix = "seqtune";
const prefixPattern = /^(?=.{1,60}$)[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$/;

export function namesFor(prefix: string = defaultPrefix): Names {
  if (!prefixPattern.test(prefix)) {
    throw new Error(
      `NATS prefix "${prefix}" is not usable: take words of a-z, 0-9 and "-", a letter first, with dots between them (research.lstm), 60 characters at most`,
    );
  }
  const upper = prefix.toUpperCase().replaceAll("-", "_").replaceAll(".", "-");
  return {
    prefix,
    trials: `${upper}_TRIALS`,
    reports: `${upper}_REPORTS`,
    blobs: `${upper}_BLOBS`,
    journal: `${upper}_JOURNAL`,
    claims: `${upper}_CLAIMS`,
    control: `${upper}_CONTROL`,
    state: `${upper}_STATE`,
    workers: `${upper}_WORKERS`,
  };
}

export const trialSubject = (names: Names, pool: string, ref: AttemptRef): string =>
  `${names.prefix}.trial.${pool}.${refKey(ref)}`;
export const poolSubjects = (names: Names, pool: string): string => `${names.prefix}.trial.${pool}.>`;
/** What offers are signed for: which one it is stands in the offer. */
export const offerPurpose = (names: Names): string => `${names.prefix}.trial`;
/** `key`: that of a worker, where workers have keys. */
export const reportSubject = (names: Names, ref: AttemptRef, key: string | null = null): string =>
  `${names.prefix}.report.${refKey(ref)}${key === null ? "" : `.${key}`}`;
/** The key at the end of a subject that goes on behind `stem` with one word more; `null`: it ends there. */
export function keyBehind(stem: string, subject: string): string | null {
  return subject === stem ? null : subject.slice(stem.length + 1);
}
export const studyReports = (names: Names, study: string): string => `${names.prefix}.report.${study}.>`;
/** Tells the workers of a study that live only for it to end. */
export const drainSubject = (names: Names, study: string): string => `${names.prefix}.drain.${study}`;
/** Asks workers to send again what was not committed. */
export const resendSubject = (names: Names, study: string): string => `${names.prefix}.resend.${study}`;

export const journalSubject = (names: Names, study: string): string => `${names.prefix}.journal.${study}`;

/** The subject a key of a bucket is stored under; a subscriber to it hears the write at once. */
export const keySubject = (bucket: string, key: string): string => `$KV.${bucket}.${key}`;
export const bucketStream = (bucket: string): string => `KV_${bucket}`;

export const orderKey = (ref: AttemptRef): string => `order.${refKey(ref)}`;
export const doneKey = (ref: AttemptRef): string => `done.${refKey(ref)}`;
/** Of all attempts of a study that is over. */
export const doneOfStudy = (study: string): string => `done.${study}`;
export const lockKey = (study: string): string => `lock.${study}`;
/** Where the newest snapshot of a study's database is named. */
export const backupKey = (study: string): string => `backup.${study}`;
export const poolKey = (pool: string): string => `pool.${pool}`;

/** The attempt a dotted `<study>.<trial>.<attempt>` names, `null` when it is something else. */
export function refOfKey(key: string): AttemptRef | null {
  const match = /^([A-Za-z0-9_-]{1,80})\.(\d{1,15})\.(\d{1,15})$/.exec(key);
  if (match === null) return null;
  return { study: match[1]!, trial: Number(match[2]), attempt: Number(match[3]) };
}

/** Worker ids may hold anything; a key may not. */
export const workerKey = (id: string): string => Buffer.from(id).toString("base64url") || "-";
/** Under which key of the bucket a worker says that it lives; `key`: that of the worker, where workers have keys. */
export const heartbeatKey = (id: string, key: string | null): string =>
  key === null ? workerKey(id) : `${key}.${workerKey(id)}`;

/** Labels a worker must have, such as `{gpu: "a100"}`. */
export type Labels = Readonly<Record<string, string>>;

/** The queue of offers with these requirements: `any` without requirements, else a name made of them. */
export function poolOf(requires: Labels): string {
  const pairs = Object.entries(requires).sort(([a], [b]) => (a < b ? -1 : 1));
  if (pairs.length === 0) return "any";
  return createHash("sha256").update(JSON.stringify(pairs)).digest("hex").slice(0, 16);
}

export function satisfies(labels: Labels, requires: Labels): boolean {
  return Object.entries(requires).every(([name, value]) => labels[name] === value);
}

export const durableOf = (pool: string): string => `w-${pool}`;
