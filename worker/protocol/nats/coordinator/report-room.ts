import type { JsonBucket } from "../server/bucket.ts";
import { StreamCrowded } from "../link/traffic-errors.ts";
import type { Link } from "../link/link.ts";
import type { StreamFacts } from "../link/wire.ts";
import { lockKey, type Names } from "../server/names.ts";

/** From this share of its limit on it is looked who fills the stream. */
const halfFull = 0.5;
/** From this share on studies without a coordinator must make room, where they take most of it. */
const crowded = 0.75;

/** Messages on the server by study, and the subjects of each. */
type Crowd = ReadonlyMap<string, number>;

/**
 * Keeps room in the stream that the workers of all studies report to, so that no study's messages, real or made up,
 * stop the others. What is removed here and was real still lies on the disks of the workers that sent it, and comes
 * again when its study is driven.
 */
export class ReportRoom {
  private readonly link: Link;
  private readonly names: Names;
  private readonly state: JsonBucket;
  private readonly study: string;
  /** Locks as they were at the last look: one that was renewed since belongs to a living coordinator. */
  private locks = new Map<string, number>();

  constructor(link: Link, names: Names, state: JsonBucket, study: string) {
    this.link = link;
    this.names = names;
    this.state = state;
    this.study = study;
  }

  /** Makes room where the stream fills. Returns what a person should know; `null`: nothing. */
  async keep(): Promise<StreamCrowded | null> {
    const { link, names } = this;
    const share = fullness(await link.jsm.streams.info(names.reports));
    if (share < halfFull) return null;
    const crowd = await this.crowd();
    const before = this.locks;
    this.locks = new Map();
    const removed = new Map<string, number>();
    for (const [study, messages] of crowd) {
      const revision = await this.lockOf(study);
      if (revision !== null) this.locks.set(study, revision);
      const isIdle = study !== this.study && revision !== null && before.get(study) === revision;
      const isGreedy = share >= crowded && messages > total(crowd) / 2;
      if (revision !== null && !(isIdle && isGreedy)) continue;
      await this.remove(study);
      removed.set(study, messages);
    }
    const now = await link.jsm.streams.info(names.reports);
    if (removed.size === 0 && fullness(now) < crowded) return null;
    return new StreamCrowded(names.reports, fullness(now), now.config.max_bytes, [...removed]);
  }

  private async crowd(): Promise<Crowd> {
    const { link, names } = this;
    const prefix = `${names.prefix}.report.`;
    const info = await link.jsm.streams.info(names.reports, { subjects_filter: `${prefix}>` });
    const crowd = new Map<string, number>();
    for (const [subject, messages] of Object.entries(info.state.subjects ?? {})) {
      const study = subject.slice(prefix.length).split(".", 1)[0]!;
      crowd.set(study, messages + (crowd.get(study) ?? 0));
    }
    return crowd;
  }

  /** Every coordinator has a lock, and had it before its workers could report; `null`: there never was one. */
  private async lockOf(study: string): Promise<number | null> {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(study)) return null;
    return (await this.state.get(lockKey(study)))?.revision ?? null;
  }

  private async remove(study: string): Promise<void> {
    const { link, names } = this;
    const subject = `${names.prefix}.report.${study}`;
    for (const filter of [`${subject}.>`, subject]) await link.jsm.streams.purge(names.reports, { filter });
  }
}

function fullness({ state, config }: StreamFacts): number {
  return config.max_bytes > 0 ? state.bytes / config.max_bytes : 0;
}

function total(crowd: Crowd): number {
  return [...crowd.values()].reduce((sum, messages) => sum + messages, 0);
}
