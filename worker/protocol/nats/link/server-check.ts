import { errors } from "@nats-io/transport-node";
import type { Clock } from "../../clock.ts";
import { isNoLeader } from "./api-errors.ts";
import { JetStreamOff, NoLeader, OpenServer, ServerSilent, ServerTooOld } from "./server-errors.ts";
import { inTime } from "./in-time.ts";
import { isLoopback } from "./loopback.ts";
import type { Management, Wire } from "./wire.ts";

/** The oldest server this bus is tested with. */
export const oldestServer = "2.9.10";

/**
 * Servers from here on have the security fixes of 24 March and 29 June 2026 (https://advisories.nats.io): 2.12.7, and 2.11.16
 * of the line before.
 */
export const recommendedServer = "2.12.7";
const recommendedBefore = "2.11.16";

export function isRecommended(version: string): boolean {
  const least = version.startsWith("2.11.") ? recommendedBefore : recommendedServer;
  return !isOlder(version, least);
}

export interface CheckOptions {
  readonly servers: string;
  readonly allowOpenServer: boolean;
  readonly clock: Clock;
  /** How long the server has to answer, milliseconds. */
  readonly limitMs: number;
}

/** Refuses a server that would lose work or let anyone in. */
export async function checkServer({ nc, jsm }: Wire, options: CheckOptions): Promise<void> {
  const { servers, allowOpenServer } = options;
  const info = nc.info;
  if (info === undefined) return;
  if (isOlder(info.version, oldestServer)) throw new ServerTooOld(info.version, oldestServer);
  const asksClients = info.auth_required === true || info.tls_verify === true;
  if (!allowOpenServer && !asksClients && !isLoopback(info.host)) throw new OpenServer(servers);
  await checkJetStream(jsm, options, info.cluster !== undefined);
}

async function checkJetStream(
  jsm: Management,
  { servers, clock, limitMs }: CheckOptions,
  isInCluster: boolean,
): Promise<void> {
  try {
    await inTime(clock, limitMs, jsm.getAccountInfo());
  } catch (error) {
    const isSilent = error instanceof errors.TimeoutError;
    if (isInCluster && (isSilent || isNoLeader(error))) throw new NoLeader(servers, [], error);
    if (error instanceof Error && isOff(error)) throw new JetStreamOff(servers, error);
    if (isSilent) throw new ServerSilent(servers, limitMs, error);
    throw error;
  }
}

const notEnabledForAccount = 10039;
const notEnabled = 10076;

function isOff(error: Error): boolean {
  if (error.name === "JetStreamNotEnabled") return true;
  return "code" in error && (error.code === notEnabled || error.code === notEnabledForAccount);
}

/** Compares "2.9.10" with "2.10.0" by numbers; what follows a "-" is left out. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split("-")[0]!.split(".").map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (a![i] ?? 0) - (b![i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
