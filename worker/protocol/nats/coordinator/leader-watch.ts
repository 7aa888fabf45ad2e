import type { Link } from "../link/link.ts";
import { NoLeader } from "../link/server-errors.ts";
import type { Timings } from "../link/timings.ts";
import { withoutLeader } from "../server/leaders.ts";
import { bucketStream, type Names } from "../server/names.ts";

/**
 * Looks every few seconds whether each stream has a leader, where the server is one of a cluster. A connection stays open
 * when the servers that held a stream are away, and nothing else would say why nothing arrives. An election takes a
 * moment, so a stream counts as without a leader when two looks in a row find none.
 */
export class LeaderWatch {
  private readonly link: Link;
  private readonly names: Names;
  private readonly lookMs: number;
  private readonly onProblem: (problem: Error) => void;
  private stop: (() => void) | null = null;
  private looking = false;
  private before: ReadonlySet<string> = new Set();
  private reported = "";

  constructor(link: Link, names: Names, timings: Timings, onProblem: (problem: Error) => void) {
    this.link = link;
    this.names = names;
    this.lookMs = timings.requestMs * 0.4;
    this.onProblem = onProblem;
  }

  start(): void {
    this.stop = this.link.clock.every(this.lookMs, () => {
      if (!this.looking) void this.look();
    });
  }

  end(): void {
    this.stop?.();
  }

  private async look(): Promise<void> {
    const { link, names } = this;
    if (!link.isOpen || link.nc.info?.cluster === undefined) return;
    const buckets = [names.claims, names.control, names.state].map((bucket) => bucketStream(bucket));
    const streams = [names.trials, names.reports, names.blobs, ...buckets];
    this.looking = true;
    const without = await withoutLeader(link, streams, this.lookMs);
    this.looking = false;
    const lasting = without.filter((stream) => this.before.has(stream));
    this.before = new Set(without);
    if (link.isOpen) this.report(lasting);
  }

  private report(lasting: readonly string[]): void {
    const now = lasting.join(" ");
    if (now === this.reported || (now === "" && this.before.size > 0)) return;
    this.reported = now;
    if (now === "") this.onProblem(new Error("every stream on the NATS cluster has its leader again"));
    else this.onProblem(new NoLeader(this.link.servers, lasting));
  }
}
