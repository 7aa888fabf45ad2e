import { errors, type Status } from "@nats-io/transport-node";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { Heard, Wire } from "../../worker/protocol/nats/link/wire.ts";
import { Inbox } from "../faults/simulated/jetstream/inbox.ts";

export interface SilentWireOptions {
  readonly clock: Clock;
  /** Is the server one of a cluster? */
  readonly inCluster: boolean;
  /** Answers to a request for the account; default: none comes. */
  readonly account?: () => Promise<unknown>;
  /** The JSON text that answers a request, in the order they are made; `null`: none comes. */
  readonly answer?: (subject: string) => string | null;
}

/** A connection to a server that answers nothing but what it is told to. */
export function silentWire({ clock, inCluster, account, answer }: SilentWireOptions): Wire {
  const never = async (): Promise<never> => await new Promise<never>(() => {});
  let end = (): void => {};
  const statuses = new Inbox<Status>();
  const closed = new Promise<void>((resolve) => (end = resolve));
  return {
    nc: {
      info: { version: "2.12.8", host: "127.0.0.1", ...(inCluster ? { cluster: "lab" } : {}) },
      publish: () => {},
      subscribe: () => ({ unsubscribe: () => {} }),
      request: async (subject, _payload, { timeout = 5_000 } = { timeout: 5_000 }) => {
        const text = answer?.(subject) ?? null;
        if (text !== null) return heard(subject, text);
        return await new Promise<never>((_resolve, reject) => {
          clock.after(timeout, () => reject(new errors.TimeoutError()));
        });
      },
      flush: async () => {},
      isClosed: () => false,
      close: async () => {
        statuses.end();
        end();
      },
      closed: async () => await closed,
      status: () => statuses,
    },
    js: { publish: never, consumers: { get: never } },
    jsm: {
      streams: { info: never, add: never, purge: never },
      consumers: { add: never, delete: never },
      direct: { getMessage: never },
      getAccountInfo: account ?? never,
    },
    bucket: never,
  };
}

function heard(subject: string, text: string): Heard {
  return { subject, data: new TextEncoder().encode(text), string: () => text, respond: () => true };
}
