import { NatsBusError } from "./errors.ts";

/** A stream has reached its own limit, which is not the server's nor the disk's. */
export class StreamFull extends NatsBusError {
  readonly stream: string;
  constructor(stream: string, what: string, cause?: unknown) {
    super(
      "StreamFull",
      `stream ${stream} on the NATS server has reached its own limit, so there is no room for ${what}; a running study removes within ` +
        "half a minute what belongs to no study, and it goes on by itself; " +
        `if that does not help, raise the limit: nats stream edit ${stream} --max-bytes 1GB`,
      cause,
    );
    this.stream = stream;
  }
}

/** A stream that all studies share fills up. */
export class StreamCrowded extends NatsBusError {
  readonly stream: string;
  /** Studies whose messages were removed, and how many. */
  readonly removed: readonly (readonly [study: string, messages: number])[];
  constructor(
    stream: string,
    share: number,
    limitBytes: number,
    removed: readonly (readonly [study: string, messages: number])[],
  ) {
    const limit = `${Math.round(limitBytes / 1e6)} MB`;
    const messages = removed.reduce((sum, [, count]) => sum + count, 0);
    const of = removed.map(([study]) => study.slice(0, 40)).slice(0, 3);
    const more = removed.length > of.length ? ` and ${removed.length - of.length} more` : "";
    const done =
      removed.length === 0
        ? `raise it with: nats stream edit ${stream} --max-bytes 1GB, or go on with the studies whose reports wait there`
        : `removed ${messages} messages of what no coordinator drives (${of.join(", ")}${more}); workers keep their own until they are recorded`;
    super(
      "StreamCrowded",
      `stream ${stream} on the NATS server is ${Math.round(share * 100)} % full of its limit of ${limit}: ${done}`,
    );
    this.stream = stream;
    this.removed = removed;
  }
}

/** Something on the subject of reports that is none. */
export class MessageDropped extends NatsBusError {
  readonly subject: string;
  constructor(subject: string, reason: string) {
    super("MessageDropped", `a message on ${subject} is not valid and was dropped: ${reason}`);
    this.subject = subject;
  }
}

/** Something that only a coordinator may say, and that none of this lab said. */
export class OrderUnsigned extends NatsBusError {
  constructor(what: string) {
    super(
      "OrderUnsigned",
      `${what} is not signed by a coordinator of this lab and is ignored; ` +
        "where its coordinators use another key, give it to the workers: a credentials file of the same seqtune nats-config, or coordinators in the lab file",
    );
  }
}
