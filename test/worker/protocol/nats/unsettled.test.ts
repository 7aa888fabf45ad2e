import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { systemClock } from "../../../../worker/protocol/clock.ts";
import type { AttemptRef } from "../../../../worker/protocol/ids.ts";
import { AttemptSpool } from "../../../../worker/protocol/nats/worker/spool.ts";
import { defaultTimings } from "../../../../worker/protocol/nats/link/timings.ts";
import { Unsettled } from "../../../../worker/protocol/nats/worker/unsettled.ts";
import type { Watermarks } from "../../../../worker/protocol/nats/worker/watermarks.ts";
import { report } from "../../../support/nats-lab.ts";

let folder: string;
let unsettled: Unsettled;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  folder = await mkdtemp(path.join(tmpdir(), "seqtune-unsettled-"));
  const deaf: Pick<Watermarks, "watch"> = { watch: () => () => {} };
  unsettled = new Unsettled(systemClock, defaultTimings, deaf, () => {});
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

function spoolOf(trial: number): AttemptSpool {
  const spool = new AttemptSpool(folder, { study: "s1", trial, attempt: 1 }, () => {});
  unsettled.add(spool);
  return spool;
}

function add({ ref }: AttemptSpool, n: number): void {
  const message = report(ref, n);
  unsettled.spool(ref)!.append(message, JSON.stringify(message));
}

/** Lives `seconds` through, asking each time what is committed: up to `committed`. Returns when who was in doubt. */
async function live(
  seconds: number,
  committed = (_ref: AttemptRef): number => -1,
): Promise<readonly (readonly [second: number, trial: number])[]> {
  const doubts: (readonly [number, number])[] = [];
  for (let second = 1; second <= seconds; second++) {
    vi.advanceTimersByTime(1_000);
    unsettled.doubtDue();
    await unsettled.resolveDoubts(async ({ ref }) => {
      doubts.push([second, ref.trial]);
      unsettled.committed(ref, committed(ref));
    });
  }
  return doubts;
}

it("what is not committed is asked about ever more rarely", async () => {
  add(spoolOf(0), 1);
  const night = await live(10 * 3_600);
  const at = night.map(([second]) => second);
  expect(at.slice(0, 8)).toEqual([30, 90, 210, 450, 930, 1890, 3810, 7410]);
  expect(at).toHaveLength(15);
});

it("a commit, and only a commit, makes the waits short again", async () => {
  const spool = spoolOf(0);
  for (const n of [1, 2]) add(spool, n);
  await live(500);
  unsettled.committed(spool.ref, 0); // word of what is long gone
  expect(await live(429)).toEqual([]);
  unsettled.committed(spool.ref, 1);
  expect(await live(90)).toEqual([
    [30, 0],
    [90, 0],
  ]);
});

it("an attempt that goes on does not bring up again what another one waits for", async () => {
  add(spoolOf(0), 1);
  await live(3_810);
  const busy = spoolOf(1);
  const doubts: (readonly [number, number])[] = [];
  for (let n = 1; n <= 20; n++) {
    add(busy, n);
    doubts.push(...(await live(60, ({ trial }) => (trial === 1 ? n : -1))));
  }
  expect(new Set(doubts.map(([, trial]) => trial))).toEqual(new Set([1]));
});

it("a message that comes after a long silence is not in doubt at once", async () => {
  const spool = spoolOf(0);
  expect(await live(100)).toEqual([]);
  add(spool, 1);
  expect(await live(15)).toEqual([]);
  expect(await live(30)).toHaveLength(1);
});

it("an attempt of which nothing could be learned stays in doubt", async () => {
  add(spoolOf(0), 1);
  unsettled.doubtAll();
  const failing = unsettled.resolveDoubts(async () => {
    throw new Error("no answer");
  });
  await expect(failing).rejects.toThrow("no answer");
  expect(unsettled.someInDoubt).toBe(true);
  await unsettled.resolveDoubts(async () => {});
  expect(unsettled.someInDoubt).toBe(false);
});
