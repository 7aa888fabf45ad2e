import { createInbox, nanos } from "@nats-io/transport-node";
import type { Clock } from "../../clock.ts";
import type { Connection, Heard } from "./wire.ts";

/** One offer from the queue, ours to answer. */
export interface Pulled {
  readonly subject: string;
  readonly text: string;
  /** Done with it; resolves when the server knows. */
  ack(): Promise<void>;
  /** For another worker, after `delayMs`. */
  nak(delayMs: number): void;
  /** Still at it: do not give it to another worker yet. */
  working(): void;
  /** No worker can use it. */
  term(): void;
}

export type PullResult =
  | { readonly kind: "message"; readonly message: Pulled }
  | { readonly kind: "empty" }
  /** The queue does not exist (yet, or any more). */
  | { readonly kind: "missing" };

export interface PullOptions {
  readonly nc: Connection;
  readonly clock: Clock;
  readonly stream: string;
  readonly durable: string;
  /** How long to wait at the server; `null` asks what is there now. */
  readonly waitMs: number | null;
  readonly requestMs: number;
  readonly inboxPrefix: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks for exactly one message. The client library's `consume` asks again while the loop is busy and so hoards
 * messages; its `next` cannot ask without waiting. An answer that comes after the signal is handed on at once.
 */
export async function pullOne(options: PullOptions): Promise<PullResult> {
  const { nc, clock, signal } = options;
  if (signal.aborted) return { kind: "empty" };
  const inbox = createInbox(options.inboxPrefix);
  return await new Promise<PullResult>((resolve, reject) => {
    let answered = false;
    const subscription = nc.subscribe(inbox, {
      max: 1,
      callback: (error, msg) => {
        if (error !== null) fail(error);
        else if (answered) handOn(nc, msg, options.requestMs);
        else answer(resultOf(nc, msg, options.requestMs));
      },
    });
    const stopPatience = clock.after((options.waitMs ?? 0) + options.requestMs, () => giveUp());
    const settle = (): void => {
      answered = true;
      stopPatience();
      signal.removeEventListener("abort", giveUp);
    };
    const answer = (result: PullResult): void => {
      settle();
      resolve(result);
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    /** The subscription stays until the server's answer can no longer come. */
    const giveUp = (): void => {
      answer({ kind: "empty" });
      clock.idle(options.waitMs ?? options.requestMs, () => subscription.unsubscribe());
    };
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      nc.publish(
        `$JS.API.CONSUMER.MSG.NEXT.${options.stream}.${options.durable}`,
        requestOf(options.waitMs),
        {
          reply: inbox,
        },
      );
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

function requestOf(waitMs: number | null): string {
  return JSON.stringify(waitMs === null ? { batch: 1, no_wait: true } : { batch: 1, expires: nanos(waitMs) });
}

const noResponders = 503;
const consumerGone = 409;

function resultOf(nc: Connection, msg: Heard, requestMs: number): PullResult {
  const code = msg.headers?.code ?? 0;
  if (code === noResponders || code === consumerGone) return { kind: "missing" };
  if (code !== 0 || msg.reply === undefined || msg.reply === "") return { kind: "empty" };
  return { kind: "message", message: pulled(nc, msg, msg.reply, requestMs) };
}

function pulled(nc: Connection, msg: Heard, reply: string, requestMs: number): Pulled {
  const say = (word: string): void => {
    if (!nc.isClosed()) nc.publish(reply, word);
  };
  return {
    subject: msg.subject,
    text: msg.string(),
    ack: async () => {
      await nc.request(reply, "+ACK", { timeout: requestMs });
    },
    nak: (delayMs) => say(`-NAK ${JSON.stringify({ delay: nanos(delayMs) })}`),
    working: () => say("+WPI"),
    term: () => say("+TERM"),
  };
}

function handOn(nc: Connection, msg: Heard, requestMs: number): void {
  const result = resultOf(nc, msg, requestMs);
  if (result.kind === "message") result.message.nak(0);
}
