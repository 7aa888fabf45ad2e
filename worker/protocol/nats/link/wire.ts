import type {
  ConsumerConfig,
  ConsumerInfo,
  JsMsg,
  OrderedConsumerOptions,
  PubAck,
  PurgeOpts,
  PurgeResponse,
  StreamConfig,
  StreamInfo,
} from "@nats-io/jetstream";
import type { KvEntry, KvDeleteOptions } from "@nats-io/kv";
import type { MsgHdrs, Payload, ServerInfo, Status } from "@nats-io/transport-node";
import type { Timings } from "./timings.ts";

/**
 * What the bus asks of a server with JetStream, in the words of the client library: one connection, subjects, streams,
 * queues and buckets. `natsWire` is the real one. The simulated lab has another, which lives in a time of its own
 * (test/faults/simulated/jetstream); test/contracts/jetstream.ts holds both to the same behaviour.
 *
 * A wire mends itself and says so by `status`. Requests whose answer was lost may have been carried out.
 */
export interface Wire {
  readonly nc: Connection;
  readonly js: Publishing;
  readonly jsm: Management;
  /** A bucket that exists; makes none. */
  bucket(name: string): Promise<KeyValues>;
}

/** Connects once, or throws what is wrong. */
export type Dialer = (timings: Timings) => Promise<Wire>;

/** A message as it comes by a subscription, or in answer to a request. */
export interface Heard {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply?: string;
  readonly headers?: Pick<MsgHdrs, "code" | "description" | "get">;
  string(): string;
  /** Answers it. */
  respond(payload?: Payload): boolean;
}

export interface Listening {
  readonly max?: number;
  readonly callback: (error: Error | null, message: Heard) => void;
}

export interface Connection {
  readonly info?: Pick<
    ServerInfo,
    "version" | "host" | "jetstream" | "auth_required" | "tls_verify" | "cluster" | "connect_urls"
  >;
  publish(
    subject: string,
    payload?: Payload,
    options?: { readonly reply?: string; readonly headers?: MsgHdrs },
  ): void;
  subscribe(subject: string, options: Listening): Subscribed;
  request(subject: string, payload: Payload, options?: { readonly timeout: number }): Promise<Heard>;
  /** Resolves when the server has taken what was sent before. */
  flush(): Promise<void>;
  isClosed(): boolean;
  close(): Promise<void>;
  closed(): Promise<void | Error>;
  status(): AsyncIterable<Status>;
}

export interface Subscribed {
  unsubscribe(): void;
}

export interface Publishing {
  /** Resolves when the stream has the message. */
  publish(subject: string, payload: Payload, options?: PublishOptions): Promise<Pick<PubAck, "seq">>;
  readonly consumers: {
    /** Reads in order, without acknowledgements; the server forgets it by itself. */
    get(stream: string, options: Partial<OrderedConsumerOptions>): Promise<Reading>;
  };
}

export interface PublishOptions {
  /** Taken once within two minutes. */
  readonly msgID?: string;
  readonly timeout?: number;
  readonly expect?: { readonly lastSubjectSequence?: number };
}

export interface Reading {
  info(cached?: boolean): Promise<Pick<ConsumerInfo, "num_pending">>;
  consume(options: { readonly max_messages: number }): Promise<Messages>;
  fetch(options: { readonly max_messages: number; readonly expires: number }): Promise<Messages>;
  delete(): Promise<boolean>;
}

export interface Messages extends AsyncIterable<Stored> {
  stop(): void;
}

/** A message of a stream. */
export type Stored = Pick<JsMsg, "seq" | "subject" | "string" | "time"> & {
  readonly info: { readonly pending: number };
};

export interface Management {
  readonly streams: {
    info(stream: string, options?: { readonly subjects_filter: string }): Promise<StreamFacts>;
    add(config: Partial<StreamConfig> & { readonly name: string }): Promise<StreamFacts>;
    purge(stream: string, options?: PurgeOpts): Promise<Pick<PurgeResponse, "purged">>;
  };
  readonly consumers: {
    add(stream: string, config: Partial<ConsumerConfig>): Promise<ConsumerFacts>;
    delete(stream: string, consumer: string): Promise<boolean>;
  };
  readonly direct: {
    /** `null`: there is none. */
    getMessage(stream: string, query: { readonly last_by_subj: string }): Promise<Kept | null>;
  };
  getAccountInfo(): Promise<unknown>;
}

export interface StreamFacts {
  /** Of a stream on servers that form a cluster. */
  readonly cluster?: StreamInfo["cluster"];
  readonly config: StreamInfo["config"];
  readonly created: string;
  readonly state: Pick<
    StreamInfo["state"],
    "messages" | "bytes" | "first_seq" | "last_seq" | "last_ts" | "subjects"
  >;
}

export type ConsumerFacts = Pick<ConsumerInfo, "num_pending" | "num_ack_pending"> & {
  readonly delivered: Pick<ConsumerInfo["delivered"], "stream_seq">;
};

export interface Kept {
  readonly seq: number;
  readonly time: Date;
  string(): string;
}

export interface KeyValues {
  get(key: string): Promise<Pick<KvEntry, "operation" | "revision" | "created" | "string"> | null>;
  put(key: string, value: Payload): Promise<number>;
  create(key: string, value: Payload): Promise<number>;
  update(key: string, value: Payload, revision: number): Promise<number>;
  delete(key: string, options: Partial<KvDeleteOptions>): Promise<void>;
}
