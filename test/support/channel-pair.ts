import { EventEmitter } from "node:events";
import type { Channel } from "../../worker/protocol/local/frames.ts";

/** Two ends of a pipe in one process that carries JSON text, like the pipe between processes does. */
export function channelPair(): readonly [Channel, Channel] {
  const a = new EventEmitter();
  const b = new EventEmitter();
  const end = (mine: EventEmitter, other: EventEmitter): Channel => ({
    send: (frame) => {
      const text = JSON.stringify(frame);
      setImmediate(() => other.emit("frame", JSON.parse(text)));
    },
    onFrame: (listener) => mine.on("frame", listener),
    onClose: (listener) => mine.once("close", listener),
    close: () => {
      setImmediate(() => {
        mine.emit("close");
        other.emit("close");
      });
    },
  });
  return [end(a, b), end(b, a)];
}
