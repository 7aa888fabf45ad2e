import { protocolVersion } from "../../assignment.ts";
import { systemClock } from "../../clock.ts";
import { hostOf } from "./auth.ts";
import { isLoopback } from "./loopback.ts";

/** Base of every error of this bus that a person reads: each message ends with what to do. */
export class NatsBusError extends Error {
  constructor(name: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = name;
  }
}

const whoseCredentials =
  "the coordinator's credentials for run, resume, standby, stop, lr-find and workers, the viewer's for leaderboard and workers, the worker's for worker";

/** A server of another machine is not started by a command here. */
function startAdvice(servers: string): string {
  const isHere = servers.split(",").every((server) => isLoopback(hostOf(server)));
  return isHere
    ? "or start one: nats-server -js -a 127.0.0.1"
    : "and that the server runs on that machine and its port is open";
}

export class ServerUnreachable extends NatsBusError {
  readonly servers: string;
  constructor(servers: string, reason: string, cause?: unknown) {
    super(
      "ServerUnreachable",
      `no NATS server answers at ${servers} (${reason}); check the address, ${startAdvice(servers)}`,
      cause,
    );
    this.servers = servers;
  }
}

/** Something else listens there, such as a web server: waiting would not help. */
export class NotNats extends NatsBusError {
  constructor(servers: string, cause?: unknown) {
    super(
      "NotNats",
      `what answers at ${servers} is no NATS server; check its host and port (usually 4222)`,
      cause,
    );
  }
}

/**
 * The server takes connections and answers nothing. Servers before 2.10 do so for ever when their disk is full, and
 * then do not even end when they are asked to.
 */
export class ServerSilent extends NatsBusError {
  readonly servers: string;
  constructor(servers: string, waitedMs: number, cause?: unknown) {
    super(
      "ServerSilent",
      `the NATS server at ${servers} is connected but did not answer for ${Math.round(waitedMs / 1000)} s; ` +
        "its disk may be full, or the network down: make room, end the server with kill -9 and start it again; " +
        "nothing recorded is lost, and the work goes on by itself",
      cause,
    );
    this.servers = servers;
  }
}

export class CredentialsRefused extends NatsBusError {
  readonly servers: string;
  constructor(servers: string, cause?: unknown) {
    super(
      "CredentialsRefused",
      `the NATS server at ${servers} refused the credentials; give those it was set up with (--creds FILE, or a token, user or nkey): ${whoseCredentials}`,
      cause,
    );
    this.servers = servers;
  }
}

export class TlsFailed extends NatsBusError {
  readonly servers: string;
  constructor(servers: string, reason: string, cause?: unknown) {
    super(
      "TlsFailed",
      `no safe connection to the NATS server at ${servers} (${reason}); give the certificate of its authority with --tls-ca FILE, or by a credentials file of seqtune nats-config, which holds it`,
      cause,
    );
    this.servers = servers;
  }
}

/** The dates of the server's certificate do not include the time of this machine. */
export class CertificateDates extends NatsBusError {
  readonly servers: string;
  constructor(servers: string, reason: string, cause?: unknown) {
    super(
      "CertificateDates",
      `no safe connection to the NATS server at ${servers} (${reason}; the clock of this machine says ${new Date(systemClock.now()).toISOString().slice(0, 16)} UTC); ` +
        "set the clocks of both machines, or make a new certificate with: seqtune nats-config",
      cause,
    );
    this.servers = servers;
  }
}

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

/** The server's certificate is good, and of another name than the one it was called by. */
export class OtherName extends NatsBusError {
  readonly servers: string;
  constructor(servers: string, names: string, cause?: unknown) {
    super(
      "OtherName",
      `the NATS server at ${servers} has a certificate for other names (${names}); call it by one of those, ` +
        "or set it up with this one, too: seqtune nats-config --host NAME",
      cause,
    );
    this.servers = servers;
  }
}

/** A server that anyone in the network can use, without credentials. */
export class OpenServer extends NatsBusError {
  readonly servers: string;
  constructor(servers: string) {
    super(
      "OpenServer",
      `the NATS server at ${servers} listens beyond this machine and asks for no credentials, so anyone in the network could run or stop trials; ` +
        "set it up with: seqtune nats-config --out lab/ (or, for one machine, start it with -a 127.0.0.1)",
    );
    this.servers = servers;
  }
}

export class JetStreamOff extends NatsBusError {
  constructor(servers: string, cause?: unknown) {
    super(
      "JetStreamOff",
      `the NATS server at ${servers} runs without JetStream, which keeps trials and results; start it with -js, or put jetstream {} in its configuration`,
      cause,
    );
  }
}

export class ServerTooOld extends NatsBusError {
  readonly version: string;
  readonly needed: string;
  constructor(version: string, needed: string) {
    super(
      "ServerTooOld",
      `the NATS server is version ${version}; ${needed} or newer is needed: update nats-server`,
    );
    this.version = version;
    this.needed = needed;
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
      `these NATS credentials may not ${operation} ${subject}; use ${whoseCredentials} (seqtune nats-config writes them)`,
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
