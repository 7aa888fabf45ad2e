import type { ChildProcess } from "node:child_process";
import type { Channel } from "./frames.ts";

/** The coordinator's side of a forked worker process. */
export function childChannel(child: ChildProcess): Channel {
  return {
    send: (frame) => {
      if (child.connected) child.send(frame as object, () => {}); // a send to a dying child fails; its exit is reported elsewhere
    },
    onFrame: (listener) => {
      child.on("message", listener);
    },
    onClose: (listener) => {
      child.once("disconnect", listener);
    },
    close: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** The worker's side: the channel to the process that forked this one. Throws when there is none. */
export function parentChannel(): Channel {
  const send = process.send?.bind(process);
  if (send === undefined) throw new Error("this process was not started by a coordinator: no channel to it");
  return {
    send: (frame) => {
      if (process.connected) send(frame, undefined, undefined, () => {});
    },
    onFrame: (listener) => {
      process.on("message", listener);
    },
    onClose: (listener) => {
      if (process.connected) process.once("disconnect", listener);
      else listener(); // the coordinator went away while this process was starting
    },
    close: () => {
      if (process.connected) process.disconnect();
    },
  };
}
