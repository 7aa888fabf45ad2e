import { renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock, type Clock } from "../../../worker/protocol/clock.ts";
import { readArchive } from "../../../worker/protocol/program/archive.ts";
import { LiveCheckpoints } from "../../../worker/program/live-checkpoints.ts";
import { until } from "../../support/until.ts";
import { useFolder } from "../../support/use-folder.ts";

const place = useFolder();

/** A wait ends when the test says so. */
class HeldClock implements Pick<Clock, "after"> {
  private done: (() => void) | null = null;
  readonly after = (_ms: number, done: () => void): (() => void) => {
    this.done = done;
    return () => {};
  };
  /** The folder was looked at, and rests. */
  async waiting(): Promise<void> {
    await until(() => this.done !== null, "a wait");
  }
  pass(): void {
    const { done } = this;
    this.done = null;
    done?.();
  }
}

function watched(everyMs = 0) {
  const clock = new HeldClock();
  const taken: [number, string][] = [];
  const state = { epoch: 0 };
  const live = new LiveCheckpoints({
    folder: place.folder,
    everyMs,
    restMs: 1000,
    epoch: () => state.epoch,
    onCheckpoint: (epoch, bytes) =>
      taken.push([epoch, new TextDecoder().decode(readArchive(bytes)["weights"])]),
    clock: { ...systemClock, after: clock.after },
  });
  const report = (epoch: number): void => {
    state.epoch = epoch;
    live.reported();
  };
  return { clock, taken, state, live, report };
}

const write = (text: string): void => writeFileSync(path.join(place.folder, "weights"), text);

describe("a running program's checkpoint folder", () => {
  it("is copied once it has been at rest after a report", async () => {
    const { clock, taken, report } = watched();
    write("of epoch 1");
    report(1);
    await clock.waiting();
    clock.pass();
    await until(() => taken.length === 1, "a copy");
    expect(taken).toEqual([[1, "of epoch 1"]]);
  });

  it("is not copied while it changes, by writing or by a new file of the same name, or when the next report comes", async () => {
    const { clock, taken, state, report } = watched();
    write("half of");
    report(2);
    for (const change of [
      () => write("half of epoch 1"),
      () => {
        writeFileSync(path.join(place.folder, "new"), "all of epoch 3");
        renameSync(path.join(place.folder, "new"), path.join(place.folder, "weights"));
      },
      () => void (state.epoch = 3),
    ]) {
      await clock.waiting();
      change();
      clock.pass();
    }
    await clock.waiting();
    expect(taken).toEqual([]);
    clock.pass();
    await until(() => taken.length === 1, "a copy");
    expect(taken).toEqual([[3, "all of epoch 3"]]);
  });

  it("is copied no more often than asked for, also when no further report comes, and not again while it is the same", async () => {
    const { clock, taken, live, report } = watched(1e9);
    write("of epoch 1");
    report(1);
    await clock.waiting(); // until the next copy is due
    report(2);
    write("of epoch 2");
    clock.pass();
    await clock.waiting();
    expect(taken).toEqual([]);
    clock.pass();
    await until(() => live["underWay"] === null, "the copy");
    expect(taken).toEqual([[2, "of epoch 2"]]);
    report(3);
    await clock.waiting();
    clock.pass();
    await until(() => live["underWay"] === null, "the end of the look");
    expect(taken).toHaveLength(1);
  });

  it("is not copied once the program has ended", async () => {
    const { taken, live, report } = watched();
    write("of epoch 1");
    report(1);
    await live.end();
    report(2);
    expect(taken).toEqual([]);
  });
});
