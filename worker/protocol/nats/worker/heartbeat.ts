import { headers } from "@nats-io/transport-node";
import { protocolVersion } from "../../assignment.ts";
import type { WorkerInfo } from "../../messages.ts";
import type { Link } from "../link/link.ts";
import { heartbeatKey, keySubject, type Names } from "../server/names.ts";

/**
 * Says every so often that this worker lives. Published without waiting for an answer: coordinators hear it by
 * subscription even when the bucket, which is in memory, died with the server and was not made again yet.
 */
export class Heartbeat {
  private readonly link: Link;
  private readonly names: Names;
  private readonly stopBeating: () => void;
  /** When this process started: monotonic clocks count from there. */
  private readonly started: number;
  private info: WorkerInfo | null = null;

  constructor(link: Link, names: Names, everyMs: number) {
    this.link = link;
    this.names = names;
    this.started = Math.round(link.clock.now() - link.clock.monotonic());
    this.stopBeating = link.clock.every(everyMs, () => this.beat());
  }

  announce(info: WorkerInfo): void {
    this.info = info;
    this.beat();
  }

  beat(): void {
    if (this.info === null || !this.link.isOpen) return;
    const info: WorkerInfo = {
      ...this.info,
      protocol: protocolVersion,
      clock: this.link.clock.now(),
      started: this.started,
      up: this.link.clock.monotonic() / 1000,
    };
    this.link.nc.publish(this.subject(info.id), JSON.stringify(info));
  }

  /** This worker ends: no coordinator need wait for its silence to grow. */
  goodbye(): void {
    if (this.info === null || !this.link.isOpen) return;
    const deletion = headers();
    deletion.set("KV-Operation", "DEL");
    this.link.nc.publish(this.subject(this.info.id), "", { headers: deletion });
    this.info = null;
  }

  stop(): void {
    this.stopBeating();
  }

  private subject(id: string): string {
    return keySubject(this.names.workers, heartbeatKey(id, this.link.workerKey));
  }
}
