import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { systemClock } from "../../worker/protocol/clock.ts";
import type { Feed, Message } from "./feed.ts";

/** So often something is sent, or proxies take the line for dead. */
const pingMs = 15_000;

/** A stream of events that goes on where the browser's last event, or `after`, was. */
export function listenTo(c: Context, feed: Feed, after = ""): Response {
  const place = c.req.header("last-event-id") ?? after;
  c.header("X-Accel-Buffering", "no");
  return streamSSE(c, async (stream) => {
    const waiting: Message[] = [];
    let wake = (): void => {};
    const stop = feed.listen(place, (message) => {
      waiting.push(message);
      wake();
    });
    stream.onAbort(() => {
      stop();
      wake();
    });
    await stream.write("retry: 1000\n\n");
    while (!stream.aborted) {
      for (const message of waiting.splice(0)) await stream.writeSSE({ ...message });
      if (waiting.length > 0 || stream.aborted) continue;
      const stopPing = systemClock.after(pingMs, () => wake());
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      stopPing();
      if (waiting.length === 0 && !stream.aborted) await stream.write(": still here\n\n");
    }
    stop();
  });
}
