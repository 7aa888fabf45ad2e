import type { Payload } from "@nats-io/transport-node";
import type {
  KeyValues,
  Kept,
  Management,
  PublishOptions,
  Publishing,
  Stored,
} from "../../../../worker/protocol/nats/link/wire.ts";
import { bucketStream, keySubject } from "../../../../worker/protocol/nats/server/names.ts";
import { Inbox } from "./inbox.ts";
import { bytesOf, noResponders, notEnabled, storedOf, textOf } from "./messages.ts";
import type { Client } from "./client.ts";
import type { SimulatedJetStream } from "./server.ts";
import type { Held } from "./stream.ts";

/** One end of a connection, for what is built on it. */
export interface End {
  readonly server: SimulatedJetStream;
  readonly client: Client;
  /** Asks the server; what it throws is thrown here. */
  readonly ask: <T>(question: () => T, timeout?: number) => Promise<T>;
}

type Headers = Map<string, string>;
const lastSequence = "Nats-Expected-Last-Subject-Sequence";

async function store(
  end: End,
  subject: string,
  payload: Payload,
  headers: Headers,
  timeout?: number,
): Promise<number> {
  const data = bytesOf(payload);
  const ask = (): number => {
    const stored = end.server.publish(subject, data, headers);
    if (stored === null) throw notEnabled(subject);
    return stored.seq;
  };
  return await end.ask(ask, timeout);
}

/** As `@nats-io/jetstream` does it. */
export function publishing(end: End): Publishing {
  const { server, client } = end;
  return {
    publish: async (subject, payload, options = {}) => {
      return { seq: await store(end, subject, payload, expectations(options), options.timeout) };
    },
    consumers: {
      get: async (stream, { filter_subjects: filters, opt_start_seq: next = 1 }) => {
        const filter = typeof filters === "string" ? filters : (filters?.[0] ?? ">");
        const inbox = new Inbox<Stored>();
        const hear = (held: Held, pending: number): void => inbox.put(storedOf(held, pending));
        const { pending, stop } = await end.ask(() => server.read({ client, filter, next, hear }, stream));
        const messages = {
          stop: () => inbox.end(),
          [Symbol.asyncIterator]: () => inbox[Symbol.asyncIterator](),
        };
        return {
          info: async () => ({ num_pending: pending }),
          consume: async () => messages,
          fetch: async () => messages,
          delete: async () => await end.ask(() => (stop(), true)),
        };
      },
    },
  };
}

function expectations({ msgID, expect }: PublishOptions): Headers {
  const headers: Headers = new Map();
  if (msgID !== undefined) headers.set("Nats-Msg-Id", msgID);
  if (expect?.lastSubjectSequence !== undefined)
    headers.set(lastSequence, String(expect.lastSubjectSequence));
  return headers;
}

interface PurgeQuery {
  readonly filter?: string;
  readonly seq?: number;
}

/** As `@nats-io/jetstream` does it. */
export function management(end: End): Management {
  const { server } = end;
  return {
    streams: {
      info: async (name, query) => await end.ask(() => server.streams.info(name, query?.subjects_filter)),
      add: async (config) => await end.ask(() => server.streams.add(config)),
      purge: async (name, query: PurgeQuery = {}) =>
        await end.ask(() => server.streams.purge(name, query.filter, query.seq)),
    },
    consumers: {
      add: async (stream, config) => await end.ask(() => server.addQueue(stream, config)),
      delete: async (stream, queue) => await end.ask(() => server.deleteQueue(stream, queue)),
    },
    direct: {
      getMessage: async (stream, { last_by_subj: subject }) => await newest(end, stream, subject),
    },
    getAccountInfo: async () => await end.ask(() => ({})),
  };
}

async function newest(
  { server, ask }: End,
  stream: string,
  subject: string,
): Promise<(Kept & { readonly held: Held }) | null> {
  const held = await ask(() => {
    if (!server.streams.has(stream)) throw noResponders(subject);
    return server.streams.last(stream, subject);
  });
  if (held === null) return null;
  return { seq: held.seq, time: new Date(held.at), string: () => textOf(held.data), held };
}

/** As `@nats-io/kv` does it. */
export function keyValues(end: End, name: string): KeyValues {
  const write = async (key: string, value: Payload, last?: number, operation?: string): Promise<number> => {
    const headers: Headers = new Map();
    if (last !== undefined) headers.set(lastSequence, String(last));
    if (operation !== undefined) headers.set("KV-Operation", operation);
    return await store(end, keySubject(name, key), value, headers);
  };
  const get: KeyValues["get"] = async (key) => {
    const found = await newest(end, bucketStream(name), keySubject(name, key));
    if (found === null) return null;
    const operation = found.held.headers.get("KV-Operation") === "DEL" ? "DEL" : "PUT";
    return { operation, revision: found.seq, created: found.time, string: () => found.string() };
  };
  return {
    get,
    put: async (key, value) => await write(key, value),
    create: async (key, value) => {
      try {
        return await write(key, value, 0);
      } catch (error) {
        const found = await get(key);
        if (found?.operation !== "DEL") throw error;
        return await write(key, value, found.revision);
      }
    },
    update: async (key, value, revision) => await write(key, value, revision),
    delete: async (key, options) => void (await write(key, "", options.previousSeq, "DEL")),
  };
}
