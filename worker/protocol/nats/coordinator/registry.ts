import type { WorkerInfo } from "../../messages.ts";
import type { WorkerChange } from "../../bus.ts";
import { JsonBucket, parseJson } from "../server/bucket.ts";
import { ClockCheck } from "../link/clock-check.ts";
import { hearsBuckets } from "../link/cluster.ts";
import { ForeignWorker } from "../link/errors.ts";
import type { Link } from "../link/link.ts";
import { bucketStream, keySubject, type Names } from "../server/names.ts";
import type { ServerAccess } from "./coordinator-parts.ts";
import { isForeign, isOfItself, protocolOf, readHeartbeat } from "../server/read-heartbeat.ts";
import { inParallel } from "../link/retry.ts";
import { findStream } from "../server/streams.ts";

/** Hears the heartbeats of all workers of the lab. Those that speak another protocol are named, and get no work. */
export class Registry {
  private readonly link: Link;
  private readonly names: Names;
  private readonly onChange: (change: WorkerChange) => void;
  private readonly onProblem: (problem: Error) => void;
  private readonly clocks: ClockCheck;
  /** Ids by key, for goodbyes, which carry no text. */
  private readonly ids = new Map<string, string>();
  /** Machines whose workers were named: one word for all slots that were installed together. */
  private readonly foreign = new Set<string>();
  /** Which heartbeat was read last of each worker, by subject. */
  private readonly read = new Map<string, number>();

  constructor(
    { link, names, timings }: ServerAccess,
    onChange: (change: WorkerChange) => void,
    onProblem: (problem: Error) => void,
  ) {
    this.link = link;
    this.names = names;
    this.onChange = onChange;
    this.onProblem = onProblem;
    this.clocks = new ClockCheck(() => link.clock.now(), onProblem);
    link.nc.subscribe(keySubject(names.workers, ">"), {
      callback: (error, msg) => {
        if (error !== null) return;
        if (msg.headers?.get("KV-Operation") === "DEL") this.gone(msg.subject);
        else this.seen(msg.subject, parseJson(msg.string()));
      },
    });
    const stop = link.clock.every(timings.heartbeatMs / 2, () => {
      if (link.isOpen && !hearsBuckets(link)) void this.readAll().catch(() => {}); // read again soon
    });
    link.onState(({ kind }) => kind === "closed" && stop());
  }

  /**
   * Tells of every worker that spoke within the last half minute. False: there was none, as on a fresh server,
   * where workers that came before the first study were not heard.
   */
  async tellKnown(): Promise<boolean> {
    await this.readAll();
    return this.ids.size > 0;
  }

  /** Tells of heartbeats other than those read before, and of goodbyes. */
  private async readAll(): Promise<void> {
    const bucket = await JsonBucket.open(this.link, this.names.workers);
    const prefix = keySubject(this.names.workers, "");
    const subjects = await subjectsOf(this.link, bucketStream(this.names.workers), `${prefix}>`);
    await inParallel(subjects.length, 16, async (index) => {
      const subject = subjects[index]!;
      const entry = await bucket.get(subject.slice(prefix.length));
      if (entry === null) return this.gone(subject);
      if (entry.revision === this.read.get(subject)) return;
      this.read.set(subject, entry.revision);
      this.seen(subject, entry.value);
    });
  }

  private seen(subject: string, value: unknown): void {
    const worker = readHeartbeat(value);
    if (worker === null || !isOfItself(this.keyOf(subject), worker.id, this.link.seal.isStrict)) return;
    if (isForeign(worker)) return this.seenForeign(subject, worker);
    this.ids.set(subject, worker.id);
    this.clocks.heard(worker);
    this.onChange({ kind: "seen", worker });
  }

  private keyOf(subject: string): string {
    return subject.slice(keySubject(this.names.workers, "").length);
  }

  private seenForeign(subject: string, worker: WorkerInfo): void {
    this.gone(subject, "another version of seqtune was started in its place");
    const protocol = protocolOf(worker);
    const install = `${worker.host} ${protocol}`;
    if (this.foreign.has(install)) return;
    this.foreign.add(install);
    this.onProblem(new ForeignWorker(worker.id, worker.host, protocol));
  }

  private gone(subject: string, reason = "the worker shut down"): void {
    const worker = this.ids.get(subject);
    if (worker === undefined) return;
    this.ids.delete(subject);
    this.onChange({ kind: "gone", worker, reason, running: null });
  }
}

async function subjectsOf(link: Link, stream: string, filter: string): Promise<string[]> {
  if ((await findStream(link, stream)) === null) return [];
  const info = await link.jsm.streams.info(stream, { subjects_filter: filter });
  return Object.keys(info.state.subjects ?? {});
}
