import type { ChildProcess } from "node:child_process";
import type { Channel } from "./frames.ts";

/** The coordinator's side of a forked worker process. */
export function childChannel(child: ChildProcess): Channel {
  const { send, flush } = bundled((frames) => {
    if (child.connected) child.send(frames, () => {}); // a send to a dying child fails; its exit is reported elsewhere
  });
  return {
    send,
    onFrame: (listener) => {
      child.on("message", unbundled(listener));
    },
    onClose: (listener) => {
      child.once("disconnect", listener);
    },
    close: () => {
      flush();
      if (child.connected) child.disconnect();
    },
  };
}

/** The worker's side: the channel to the process that forked this one. Throws when there is none. */
export function parentChannel(): Channel {
  const write = process.send?.bind(process);
  if (write === undefined) throw new Error("this process was not started by a coordinator: no channel to it");
  const { send, flush } = bundled((frames) => {
    if (process.connected) write(frames, undefined, undefined, () => {});
  });
  return {
    send,
    onFrame: (listener) => {
      process.on("message", unbundled(listener));
    },
    onClose: (listener) => {
      if (process.connected) process.once("disconnect", listener);
      else listener(); // the coordinator went away while this process was starting
    },
    close: () => {
      flush();
      if (process.connected) process.disconnect();
    },
  };
}

/**
 * The frames of one turn of the event loop travel in one message: each wakes the other process, which costs more than
 * all else about a frame.
 */
function bundled(write: (frames: unknown[]) => void): {
  readonly send: (frame: unknown) => void;
  readonly flush: () => void;
} {
  let waiting: unknown[] = [];
  const flush = (): void => {
    if (waiting.length > 0) write(waiting);
    waiting = [];
  };
  const send = (frame: unknown): void => {
    if (waiting.push(frame) === 1) setImmediate(flush);
  };
  return { send, flush };
}

function unbundled(listener: (frame: unknown) => void): (message: unknown) => void {
  return (message) => {
    if (!Array.isArray(message)) return; // of another program
    for (const frame of message as unknown[]) listener(frame);
  };
}
