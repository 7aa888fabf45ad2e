import { z } from "zod";
import type { Channel } from "./frames.ts";

const wrappedSchema = z.strictObject({ lane: z.int().min(1), frame: z.unknown() });

/**
 * One channel as many, for the lanes of a process. Frames of lane 0 travel as they are, so that a process with one lane
 * need not know of this; those of the others are wrapped. The channel closes when every lane opened has closed.
 */
export class LaneChannels {
  private readonly channel: Channel;
  private readonly listeners = new Map<number, ((frame: unknown) => void)[]>();
  private readonly open = new Set<number>();
  private readonly closeListeners: (() => void)[] = [];
  private closed = false;

  /** `onNew`: the other end opened a lane; called before its first frame is delivered. */
  constructor(channel: Channel, onNew: (lane: number) => void = () => {}) {
    this.channel = channel;
    channel.onFrame((raw) => {
      const { lane, frame } = unwrapped(raw);
      if (!this.listeners.has(lane)) onNew(lane);
      for (const listener of this.listeners.get(lane) ?? []) listener(frame);
    });
    channel.onClose(() => {
      this.closed = true;
      for (const listener of this.closeListeners.splice(0)) listener();
    });
  }

  lane(lane: number): Channel {
    this.open.add(lane);
    return {
      send: (frame) => this.channel.send(lane === 0 ? frame : { lane, frame }),
      onFrame: (listener) => {
        this.listeners.set(lane, [...(this.listeners.get(lane) ?? []), listener]);
      },
      onClose: (listener) => {
        if (this.closed) listener();
        else this.closeListeners.push(listener);
      },
      close: () => {
        this.open.delete(lane);
        if (this.open.size === 0) this.channel.close();
      },
    };
  }
}

function unwrapped(raw: unknown): { readonly lane: number; readonly frame?: unknown } {
  const isWrapped = typeof raw === "object" && raw !== null && "lane" in raw;
  const wrapped = isWrapped ? wrappedSchema.safeParse(raw) : null;
  return wrapped?.success === true ? wrapped.data : { lane: 0, frame: raw };
}
