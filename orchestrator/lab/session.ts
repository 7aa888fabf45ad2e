import { hostname } from "node:os";
import path from "node:path";
import type { BlobStore } from "../../worker/protocol/blobs.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import {
  createCoordinatorBus,
  type NatsCoordinatorBus,
} from "../../worker/protocol/nats/coordinator/coordinator-bus.ts";
import { LimitsReached } from "../../worker/protocol/nats/link/errors.ts";
import type { LinkState } from "../../worker/protocol/nats/link/link.ts";
import { namesFor, type Names } from "../../worker/protocol/nats/server/names.ts";
import { defaultTimings, type Timings } from "../../worker/protocol/nats/link/timings.ts";
import type { Clock } from "../clock.ts";
import type { LabTerms } from "../config/lab.ts";
import { byteSize } from "../views/numbers.ts";
import { LabCapacity } from "./capacity.ts";
import type { LabConnection } from "./connection.ts";

/** Silence after which a worker's attempts are given to others. Heartbeats come every 10 s. */
const defaultLeaseMs = 60_000;

export interface LabSessionOptions {
  readonly lab: LabConnection;
  /** The study's key, and what people call it. */
  readonly study: string;
  readonly title: string;
  /** The database only this coordinator has open. */
  readonly db: string;
  /** Folder of this machine for copies of files. */
  readonly folder: string;
  readonly terms: LabTerms | undefined;
  readonly clock: Clock;
  readonly notice: (message: string) => void;
  /** Another coordinator took the study. */
  readonly onSuperseded: (error: Error) => void;
}

/** A coordinator's stay in a lab, on one connection: the bus, and the study's part of the workers. */
export class LabSession {
  readonly bus: NatsCoordinatorBus;
  readonly names: Names;
  readonly timings: Timings;
  readonly capacity: LabCapacity;
  readonly leaseMs: number;
  private readonly notice: (message: string) => void;

  private constructor(bus: NatsCoordinatorBus, options: LabSessionOptions) {
    const { lab, terms, study, clock } = options;
    this.bus = bus;
    this.names = namesFor(lab.prefix);
    this.timings = { ...defaultTimings, ...lab.timings };
    this.capacity = new LabCapacity(bus.link, this.names, this.timings.heartbeatMs, terms, study, clock);
    this.leaseMs = lab.leaseMs ?? defaultLeaseMs;
    this.notice = options.notice;
  }

  /** Throws `NatsBusError` when the lab cannot be used. */
  static async enter(options: LabSessionOptions): Promise<LabSession> {
    const { lab, study, db, folder, terms, notice, onSuperseded } = options;
    const entering = createCoordinatorBus({
      ...lab,
      requires: terms?.requires ?? {},
      study,
      title: options.title,
      owner: `${hostname()}:${path.resolve(db)}`,
      folder,
      onState: (state) => {
        const words = connectionWords(state);
        if (words !== null) notice(words);
      },
      onProblem: (problem) => notice(problem.message),
      onSuperseded,
    });
    const bus = await entering.catch((error: unknown) => {
      throw error instanceof LimitsReached ? error.asEnd() : error;
    });
    return new LabSession(bus, options);
  }

  /** Sends the data to the lab, unless it has it. */
  async provide(data: BlobRef, home: BlobStore): Promise<void> {
    if (await this.bus.blobs.has(data)) return;
    this.notice(`sending the data to the lab (${byteSize(data.bytes)})`);
    await this.bus.blobs.put(await home.get(data));
  }

  /** `superseded`: without a word, because the study is somebody else's. */
  async leave(superseded: boolean): Promise<void> {
    this.capacity.stop();
    if (superseded) await this.bus.abandon();
    else await this.bus.close();
  }
}

function connectionWords(state: LinkState): string | null {
  switch (state.kind) {
    case "connecting":
      return `${state.problem.message}; trying again`;
    case "open":
      return `connected to the NATS server at ${state.servers} again`;
    case "reconnecting":
      return `the NATS server at ${state.servers} does not answer; workers go on, and so does this when it is back`;
    case "closed":
      return state.problem === null
        ? null
        : `the connection to the NATS server ended: ${state.problem.message}`;
    default:
      return state satisfies never;
  }
}
