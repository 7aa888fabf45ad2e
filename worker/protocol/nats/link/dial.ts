import { connect, type NatsConnection } from "@nats-io/transport-node";
import type { Clock } from "../../clock.ts";
import { authOptions, hostOf, inboxPrefixOf, portOf, tlsOptions } from "./auth.ts";
import type { NatsAuth, NatsTls } from "./credentials.ts";
import { explain } from "./explain.ts";
import { asksForCertificate } from "./greeting.ts";
import { ClientCertificateMissing } from "./server-errors.ts";
import type { Timings } from "./timings.ts";
import type { Dialer } from "./wire.ts";

export interface LinkOptions {
  /** One address or several of one cluster, by commas: `nats://lab:4222`. */
  readonly servers: string;
  readonly auth?: NatsAuth;
  /** Public nkeys (U…) of those whose orders count; without any everybody's do, and workers have no keys. */
  readonly coordinators?: readonly string[];
  readonly tls?: NatsTls;
  /** What the server's monitor calls this connection. */
  readonly name: string;
  /** Go on although the server is open to the network without credentials. */
  readonly allowOpenServer?: boolean;
  /** Of everything that waits on this connection; default: the system's. */
  readonly clock?: Clock;
  /** What carries it; default: a connection to a real server. */
  readonly dial?: Dialer;
}

export interface TimedOptions extends LinkOptions {
  readonly clock: Clock;
  /** Each address has this long to take the connection. */
  readonly dialMs: number;
}

/** The addresses of `servers`, one at least. */
export function addressesOf(servers: string): readonly string[] {
  return servers.split(",").map((server) => server.trim());
}

/** Opens a connection that will reconnect for ever; throws what is wrong with the first attempt. */
export async function dial(
  options: TimedOptions,
  servers: string,
  timings: Timings,
): Promise<NatsConnection> {
  const auth: NatsAuth = options.auth ?? { kind: "none" };
  const inboxPrefix = inboxPrefixOf(auth);
  const addresses = [...addressesOf(options.servers)];
  try {
    return await connect({
      servers: addresses,
      name: options.name,
      timeout: options.dialMs,
      maxReconnectAttempts: -1,
      reconnectTimeWait: timings.retryMs,
      reconnectJitter: timings.retryMs,
      pingInterval: timings.pingMs,
      maxPingOut: 2,
      // Where each request was begun would be an error with its stack, a twelfth of a coordinator's time; `explain` has words instead.
      noAsyncTraces: true,
      ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
      ...authOptions(auth),
      ...tlsOptions(options.tls, addresses),
    });
  } catch (error) {
    if (options.tls?.cert === undefined && (await someAskForCertificates(addresses, options)))
      throw new ClientCertificateMissing(servers, error);
    throw explain(error, servers);
  }
}

async function someAskForCertificates(
  addresses: readonly string[],
  { clock, dialMs }: TimedOptions,
): Promise<boolean> {
  const asked = addresses.map(async (address) => {
    return await asksForCertificate(hostOf(address), portOf(address), clock, dialMs);
  });
  return (await Promise.all(asked)).includes(true);
}
