/** One worker of three is cut off from the server, or has a bad line; row 7 and 8 of the table of faults. */
import { describe, expect, it } from "vitest";
import { rngFor } from "../../../search/random.ts";
import type { Attempt } from "../../../storage/store.ts";
import type { Script } from "../../support/script.ts";
import { sleep } from "../../support/sleep.ts";
import { until } from "../../support/until.ts";
import { figure } from "../figures.ts";
import { isLong, longMs, shortMs, slowEpochMs } from "./fault-timings.ts";
import { inLab, shortTimings, type FaultLab, type FaultLabOptions } from "./fault-lab.ts";
import { TcpProxy, type Direction } from "./proxy.ts";

/** In the long form the times of a real lab. */
const size: FaultLabOptions = isLong
  ? { trials: 12, epochs: 32, epochMs: 1_000, leaseMs: 60_000, timings: {} }
  : { trials: 3, epochs: 32, epochMs: 200, leaseMs: longMs };
/** A lease that is never waited for. */
const neverMs = 3_600_000;

interface Cast {
  readonly lab: FaultLab;
  readonly coordinator: Script;
  /** The worker behind the proxy; it holds a trial. */
  readonly worker: Script;
  readonly proxy: TcpProxy;
}

/** Three workers, each with a trial. */
async function underWay(
  how: Partial<Pick<FaultLabOptions, "epochMs" | "epochs" | "leaseMs" | "timings">>,
  story: (cast: Cast) => Promise<void>,
): Promise<void> {
  const { epochMs, ...more } = how;
  await inLab({ ...size, ...more }, async (lab) => {
    const proxy = await TcpProxy.start(lab.server.port);
    try {
      const args = epochMs === undefined ? [] : [`--epoch-ms=${epochMs}`];
      const worker = lab.work("remote", { server: proxy.url, args });
      for (const one of [worker, lab.work("near"), lab.work("far")]) await one.line("ready");
      const coordinator = lab.coordinate();
      const taken = (name: string): boolean => lab.attempts().some((attempt) => attempt.worker === name);
      await until(() => ["remote", "near", "far"].every(taken), "every worker to have a trial");
      await story({ lab, coordinator, worker, proxy });
    } finally {
      await proxy.close();
    }
  });
}

const attemptsOf = (lab: FaultLab): number => Math.max(...lab.attempts().map(({ attempt }) => attempt));

/** Another worker has the trial of the one that is cut off. Returns that trial. */
async function untilTakenOver(lab: FaultLab): Promise<number> {
  const { trial } = lab.attempts().findLast(({ worker }) => worker === "remote")!;
  const taken = (one: Attempt): boolean => one.trial === trial && one.attempt > 1 && one.worker !== null;
  await until(() => lab.attempts().some(taken), "the next attempt");
  return trial;
}

describe.concurrent("a worker whose network is frozen", () => {
  it("for less than its lease goes on with the same attempt, and no report is lost", async () => {
    await underWay({ leaseMs: neverMs }, async ({ lab, coordinator, proxy }) => {
      proxy.freeze();
      await sleep(shortMs);
      proxy.heal();
      expect(await lab.verdict(coordinator)).toEqual([]);
      expect(attemptsOf(lab)).toBe(1);
    });
  });

  it("for longer than its lease loses its trial to another, and gets the order to stop soon after it is back", async () => {
    await underWay({ epochMs: slowEpochMs }, async ({ lab, coordinator, worker, proxy }) => {
      proxy.freeze();
      const frozenAt = performance.now();
      const trial = await untilTakenOver(lab);
      await sleep(longMs - (performance.now() - frozenAt));
      proxy.heal();
      const healedAt = performance.now();
      const told = (): boolean => worker.lines.some((line) => line.startsWith("told to stop"));
      await until(told, "the old worker to be notified");
      const toldMs = Math.round(performance.now() - healedAt);
      expect(await lab.verdict(coordinator)).toEqual([]);
      expect(lab.attempts().filter((attempt) => attempt.trial === trial)).toMatchObject([
        { attempt: 1, state: "lost", worker: "remote" },
        { attempt: 2, state: "complete", worker: expect.not.stringMatching("remote") },
      ]);
      figure([7], `network frozen for ${longMs / 1000} s`, `told to stop ${toldMs} ms after it was back`);
    });
  });
});

describe.concurrent("a network that loses one direction", () => {
  it.for<Direction>(["down", "up"])("(%s) costs the attempt at most", async (direction) => {
    await underWay({ epochMs: slowEpochMs }, async ({ lab, coordinator, proxy }) => {
      proxy.freeze(direction);
      await untilTakenOver(lab);
      proxy.heal();
      expect(await lab.verdict(coordinator)).toEqual([]);
    });
  });
});

/** A line that is held up for a second is not broken. */
const patient = isLong ? {} : { epochs: 12, leaseMs: neverMs, timings: { ...shortTimings, pingMs: 2_000 } };

it.concurrent("a slow line (100 to 300 ms each way, 5 % held up for a second) costs nothing", async () => {
  await underWay(patient, async ({ lab, coordinator, proxy }) => {
    proxy.slow({ delayMs: [100, 300], stalls: { share: 0.05, ms: 1_000 }, rng: rngFor(3, "line") });
    expect(await lab.verdict(coordinator)).toEqual([]);
    expect(attemptsOf(lab)).toBe(1);
  });
});
