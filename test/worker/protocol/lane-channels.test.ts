import { describe, expect, it } from "vitest";
import { laneId, lanesToOpen, processOf } from "../../../worker/protocol/lanes.ts";
import type { Channel } from "../../../worker/protocol/local/frames.ts";
import { LaneChannels } from "../../../worker/protocol/local/lane-channels.ts";

/** Both ends of a pipe. */
function pipe(): { ends: [Channel, Channel]; frames: unknown[]; closed: () => boolean } {
  const listeners: ((frame: unknown) => void)[][] = [[], []];
  const frames: unknown[] = [];
  let closed = false;
  const end = (mine: number): Channel => ({
    send: (frame) => {
      frames.push(frame);
      for (const listener of listeners[1 - mine]!) listener(structuredClone(frame));
    },
    onFrame: (listener) => void listeners[mine]!.push(listener),
    onClose: () => {},
    close: () => {
      closed = true;
    },
  });
  return { ends: [end(0), end(1)], frames, closed: () => closed };
}

describe("the lanes of one process", () => {
  it("each hear their own frames, and the other end learns of a lane by its first one", () => {
    const { ends, frames } = pipe();
    const heard: string[] = [];
    const there: LaneChannels = new LaneChannels(ends[1], (lane) =>
      there.lane(lane).onFrame((frame) => heard.push(`${lane}: ${String(frame)}`)),
    );
    const here = new LaneChannels(ends[0]);
    here.lane(0).send("idle");
    here.lane(7).send("alive");
    here.lane(7).onFrame((frame) => heard.push(`back: ${String(frame)}`));
    here.lane(0).onFrame(() => heard.push("not for lane 0"));
    there.lane(7).send("assign");
    expect(heard).toEqual(["0: idle", "7: alive", "back: assign"]);
    expect(frames[0]).toBe("idle"); // as from a process that knows no lanes
  });

  it("close the channel when the last of them closes", () => {
    const { ends, closed } = pipe();
    const here = new LaneChannels(ends[0]);
    const [first, second] = [here.lane(0), here.lane(1)];
    first.close();
    expect(closed()).toBe(false);
    second.close();
    expect(closed()).toBe(true);
  });

  it("have ids that name their process", () => {
    expect([0, 1, 63].map((lane) => laneId("box-1", lane))).toEqual(["box-1", "box-1-lane2", "box-1-lane64"]);
    expect(["box-1", "box-1-lane64"].map(processOf)).toEqual(["box-1", "box-1"]);
  });

  it("are as many as asked for, and one on an engine that trains one trial at a time", () => {
    expect(lanesToOpen("auto", 132)).toBe(132);
    expect(lanesToOpen(64, 132)).toBe(64);
    expect(lanesToOpen("auto", 1)).toBe(1);
    expect(lanesToOpen(64, 1)).toBe(1);
  });
});
