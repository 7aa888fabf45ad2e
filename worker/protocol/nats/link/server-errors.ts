/** What can be wrong with a server or the way to it. */
import { systemClock } from "../../clock.ts";
import { hostOf } from "./auth.ts";
import { NatsBusError, whoseCredentials } from "./errors.ts";
import { isLoopback } from "./loopback.ts";

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

/** The server answered, and then no more, while someone looked at the lab. */
export class AnswersStopped extends NatsBusError {
  readonly servers: string;
  constructor(servers: string, limitMs: number, cause?: unknown) {
    super(
      "AnswersStopped",
      `the NATS server at ${servers} stopped answering while the lab was read, or takes more than ` +
        `${Math.round(limitMs / 1000)} s for it; look at its disk, its load and the network, and try again`,
      cause,
    );
    this.servers = servers;
  }
}

/** A cluster whose servers are away in such number that the others may decide nothing. */
export class NoLeader extends NatsBusError {
  readonly servers: string;
  /** `streams`: those without a leader; none named: the cluster itself. */
  constructor(servers: string, streams: readonly string[] = [], cause?: unknown) {
    const what =
      streams.length === 0 ? "answers, and has no leader" : `has no leader for ${streams.join(", ")}`;
    super(
      "NoLeader",
      `the NATS cluster at ${servers} ${what}: most of the servers that hold it are away; start them again; ` +
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

/** The server wants to see a certificate of each client. */
export class ClientCertificateMissing extends NatsBusError {
  readonly servers: string;
  constructor(servers: string, cause?: unknown) {
    super(
      "ClientCertificateMissing",
      `the NATS server at ${servers} asks for a client certificate; give one that its authority issued: --tls-cert FILE --tls-key FILE`,
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
      `the NATS server at ${servers} runs without JetStream, which keeps trials and results; start it with -js, or put jetstream {} in its configuration; a leaf node reaches that of the lab's server by default_js_domain (docs/lab.md)`,
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
