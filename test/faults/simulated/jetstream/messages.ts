import { errors, type MsgHdrs, type Payload } from "@nats-io/transport-node";
import type { Heard, Stored } from "../../../../worker/protocol/nats/link/wire.ts";
import type { Sent } from "./client.ts";
import type { Held } from "./stream.ts";

export function bytesOf(payload: Payload | undefined): Uint8Array {
  return typeof payload === "string" ? new TextEncoder().encode(payload) : (payload ?? new Uint8Array());
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

export function headersOf(headers: MsgHdrs | undefined): ReadonlyMap<string, string> {
  return new Map(headers?.keys().map((name) => [name, headers.get(name)]) ?? []);
}

export function heardOf({ subject, data, headers, reply, status = 0 }: Sent): Heard {
  return {
    subject,
    data,
    ...(reply === undefined ? {} : { reply }),
    headers: { code: status, description: "", get: (name) => headers.get(name) ?? "" },
    string: () => textOf(data),
    respond: () => false,
  };
}

export function storedOf({ seq, subject, data, at }: Held, pending: number): Stored {
  return { seq, subject, time: new Date(at), string: () => textOf(data), info: { pending } };
}

export function noResponders(subject: string): Error {
  return new errors.RequestError("", { cause: new errors.NoRespondersError(subject) });
}

/** What the client library says where no stream takes the message. */
export function notEnabled(subject: string): Error {
  const error = new Error("jetstream is not enabled", { cause: noResponders(subject) });
  error.name = "JetStreamNotEnabled";
  return error;
}
