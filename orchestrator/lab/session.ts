import { hostname } from "node:os";
import path from "node:path";
import type { BlobStore } from "../../worker/protocol/blobs.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import type { NatsCoordinatorBus } from "../../worker/protocol/nats/coordinator/coordinator-bus.ts";
import { createCoordinatorBus } from "../../worker/protocol/nats/coordinator/create-coordinator-bus.ts";
import { LimitsReached } from "../../worker/protocol/nats/link/errors.ts";
import { HeldFiles } from "../../worker/protocol/nats/coordinator/held-files.ts";
import type { LinkState } from "../../worker/protocol/nats/link/link.ts";
import { namesFor, type Names } from "../../worker/protocol/nats/server/names.ts";
import { defaultTimings, type Timings } from "../../worker/protocol/nats/link/timings.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { LabTerms } from "../config/lab.ts";
import { UserError } from "../errors.ts";
import { byteSize } from "../views/numbers.ts";
import { LabCapacity } from "./capacity.ts";
import type { LabConnection } from "./connection.ts";
import { ProblemLines } from "./problem-lines.ts";

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
  /** Ends the waiting for a server that does not answer yet. Without it such a server is an error. */
  readonly signal?: AbortSignal;
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
  private readonly problems: ProblemLines;
  private readonly files: HeldFiles;

  private constructor(bus: NatsCoordinatorBus, options: LabSessionOptions, problems: ProblemLines) {
    const { lab, terms, study, clock } = options;
    this.bus = bus;
    this.names = namesFor(lab.prefix);
    this.timings = { ...defaultTimings, ...lab.timings };
    this.capacity = new LabCapacity(bus.link, this.names, this.timings.heartbeatMs, terms, study, clock);
    this.leaseMs = lab.leaseMs ?? defaultLeaseMs;
    this.notice = options.notice;
    this.problems = problems;
    this.files = new HeldFiles(bus.link, this.names, study);
  }

  /** Throws `NatsBusError` when the lab cannot be used. */
  static async enter(options: LabSessionOptions): Promise<LabSession> {
    const { lab, study, db, folder, terms, clock, notice, onSuperseded } = options;
    const problems = new ProblemLines(clock, notice);
    const entering = createCoordinatorBus({
      ...lab,
      requires: terms?.requires ?? {},
      study,
      title: options.title,
      owner: ownerOf(db),
      folder,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onState: (state) => {
        const words = connectionWords(state);
        if (words !== null) notice(words);
      },
      onProblem: (problem) => problems.tell(problem),
      onSuperseded,
    });
    const bus = await entering.catch((error: unknown) => {
      throw error instanceof LimitsReached ? error.asEnd() : error;
    });
    return new LabSession(bus, options, problems);
  }

  /** Sends the data to the lab, unless it has it, and from then on whenever it has lost it. `held`: hashes of what else the study has there. */
  async provide(data: BlobRef, home: BlobStore, held: Iterable<string> = []): Promise<void> {
    await this.hold([data.sha256, ...held]);
    const isThere = await this.bus.blobs.has(data);
    if (!(await home.has(data))) {
      if (isThere) return; // a copy of a database, whose files lie elsewhere
      throw new UserError(
        "the study's data lies neither beside its database nor on the lab's server; copy the folder DATABASE.files along with the database",
      );
    }
    if (!isThere) this.notice(`sending the data to the lab (${byteSize(data.bytes)})`);
    await this.bus.blobs.put(await home.get(data)); // what is there is not sent, but stored again when the server loses it
  }

  /** Says which files of the study are wanted on the server, and removes old ones that no study wants. */
  async hold(held: Iterable<string>): Promise<void> {
    await this.quietly(async () => {
      await this.files.hold(held);
      await this.files.sweep();
    });
  }

  /** The study is over: removes its data and `left` from the server, where no other study holds them. */
  async clear(data: BlobRef, home: BlobStore, left: readonly BlobRef[] = []): Promise<void> {
    await this.quietly(async () => {
      for (const file of await this.files.release([data, ...left])) await this.bus.blobs.delete(file);
      // A study that began meanwhile may have seen the data there.
      const free = await this.files.release([data]);
      if (free.length === 0) await this.bus.blobs.put(await home.get(data));
      await this.files.sweep();
    });
  }

  /** What fails here is done at the next study's start. A server that is away is not waited for. */
  private async quietly(task: () => Promise<void>): Promise<void> {
    if (!this.bus.link.isOpen) return;
    await this.bus.link.ask(task).catch(() => {});
  }

  /** `superseded`: without a word, because another coordinator has the study. */
  async leave(superseded: boolean): Promise<void> {
    this.capacity.stop();
    this.problems.end();
    if (superseded) await this.bus.abandon();
    else await this.bus.close();
  }
}

/** Who holds a study's lock from this database: a lock that it left is its own again. */
export function ownerOf(db: string): string {
  return `${hostname()}:${path.resolve(db)}`;
}

/** Of a server that is not there yet, where that is no error. */
export function waitingWords(problem: Error): string {
  return `${problem.message}; waiting until it answers (Ctrl-C ends)`;
}

function connectionWords(state: LinkState): string | null {
  switch (state.kind) {
    case "connecting":
      return waitingWords(state.problem);
    case "open":
      return `connected to the NATS server at ${state.servers} again`;
    case "reconnecting":
      return `the NATS server at ${state.servers} does not answer; workers continue, and so does this command once it is back`;
    case "closed":
      return state.problem === null
        ? null
        : `the connection to the NATS server ended: ${state.problem.message}`;
    default:
      return state satisfies never;
  }
}
