import { protocolVersion } from "../../assignment.ts";

/** Base of every error of this bus that a person reads: each message ends with what to do. */
export class NatsBusError extends Error {
  constructor(name: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = name;
  }
}

/** Which credentials a command needs. */
export const whoseCredentials =
  "the coordinator's credentials for run, resume, standby, stop, lr-find and workers, the viewer's for leaderboard and workers, the worker's for worker";

/** Clocks of two machines that do not agree. No lease depends on them, but what people and certificates read does. */
export class ClocksDiffer extends NatsBusError {
  readonly host: string;
  /** How far the clock of `host` is ahead of this machine's, milliseconds. */
  readonly aheadMs: number;
  constructor(host: string, aheadMs: number) {
    const minutes = Math.round(Math.abs(aheadMs) / 60_000);
    super(
      "ClocksDiffer",
      `the clock of worker machine ${host} is ${minutes} minutes ${aheadMs > 0 ? "ahead of" : "behind"} this one's: ` +
        "trials go on unharmed, but times shown are wrong and certificates may be refused; " +
        "set both clocks, for example with: timedatectl set-ntp true",
    );
    this.host = host;
    this.aheadMs = aheadMs;
  }
}

/** A stream of the right name that does not work the way it must. */
export class StreamMismatch extends NatsBusError {
  readonly stream: string;
  constructor(stream: string, field: string, wanted: unknown, got: unknown) {
    super(
      "StreamMismatch",
      `stream ${stream} on the NATS server has ${field} = ${JSON.stringify(got)}, needed is ${JSON.stringify(wanted)}; ` +
        `if nothing else uses it remove it (nats stream rm ${stream}), or choose another --nats-prefix`,
    );
    this.stream = stream;
  }
}

/** No servers of the cluster can hold that many copies of a stream. */
export class NoPlace extends NatsBusError {
  constructor(stream: string, replicas: number, cause?: unknown) {
    super(
      "NoPlace",
      `the NATS cluster has no place for ${replicas} copies of stream ${stream}; start all of its servers, make room on their disks, ` +
        "or set fewer copies: SEQTUNE_NATS_REPLICAS, or replicas in the lab file",
      cause,
    );
  }
}

/** The server has no room left for a stream or a message. */
export class LimitsReached extends NatsBusError {
  readonly what: string;
  constructor(what: string, cause?: unknown, then = "the work goes on by itself") {
    super(
      "LimitsReached",
      `the NATS server has no room for ${what}; free disk space or raise max_file_store in its configuration, ${then}`,
      cause,
    );
    this.what = what;
  }

  /** As who ends with it says it. */
  asEnd(): LimitsReached {
    return new LimitsReached(this.what, this.cause, "then run this command again");
  }
}

export class SecondCoordinator extends NatsBusError {
  readonly study: string;
  readonly holder: string;
  constructor(study: string, holder: string) {
    super(
      "SecondCoordinator",
      `study ${study} is already driven by ${holder}; stop that one first, or look at it with: seqtune leaderboard --nats …`,
    );
    this.study = study;
    this.holder = holder;
  }
}

export class NotAllowed extends NatsBusError {
  readonly subject: string;
  constructor(subject: string, operation: string, cause?: unknown) {
    super(
      "NotAllowed",
      `these NATS credentials may not ${operation} ${subject}; use ${whoseCredentials} ` +
        "(seqtune nats-config writes them; for a server that you have, --print-permissions prints what each role may)",
      cause,
    );
    this.subject = subject;
  }
}

export class OtherVersion extends NatsBusError {
  readonly theirs: unknown;
  constructor(theirs: unknown, ours: number) {
    super(
      "OtherVersion",
      `a trial came from a coordinator that speaks protocol version ${String(theirs)}, this worker speaks ${ours}; ` +
        "install the same seqtune version on both machines",
    );
    this.theirs = theirs;
  }
}

/** A worker is here that cannot read what this coordinator offers. */
export class ForeignWorker extends NatsBusError {
  readonly worker: string;
  readonly host: string;
  readonly protocol: number;
  constructor(worker: string, host: string, protocol: number) {
    super(
      "ForeignWorker",
      `worker ${worker} on ${host} speaks protocol ${protocol}, this is ${protocolVersion}: ` +
        "it gets no trials; install the same seqtune there",
    );
    this.worker = worker;
    this.host = host;
    this.protocol = protocol;
  }
}

export class MessageTooLarge extends NatsBusError {
  readonly bytes: number;
  constructor(what: string, bytes: number, limit: number) {
    super(
      "MessageTooLarge",
      `${what} is ${bytes} bytes as JSON, at most ${limit} are allowed; make it smaller`,
    );
    this.bytes = bytes;
  }
}

/** The connection broke before the answer came; what was asked may have been done. */
export class ConnectionBroken extends NatsBusError {
  constructor() {
    super("ConnectionBroken", "the connection to the NATS server broke; it is being made again");
  }
}
