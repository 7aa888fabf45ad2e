import type { Link } from "../../worker/protocol/nats/link/link.ts";
import { NatsWire } from "../../worker/protocol/nats/link/nats-wire.ts";

/** The whole client library behind a link to a real server: tests ask more of a server than the bus does. */
export function libraryOf({ wire }: Link): NatsWire {
  if (!(wire instanceof NatsWire)) throw new Error("this link leads to no real server");
  return wire;
}
