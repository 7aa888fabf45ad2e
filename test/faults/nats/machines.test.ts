/**
 * A lab of machines with addresses of their own (network namespaces), with TLS and credentials as `nats-config`
 * writes them; the cable of one is pulled.
 */
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeNatsConfig } from "../../../orchestrator/nats-config/write.ts";
import type { Script } from "../../support/script.ts";
import { Machines } from "../../support/machines.ts";
import { sleep } from "../../support/sleep.ts";
import { until } from "../../support/until.ts";
import { figure } from "../figures.ts";
import { isLong, longMs, shortMs, slowEpochMs } from "./fault-timings.ts";
import { inLab, type FaultLab, type FaultLabOptions } from "./fault-lab.ts";

/** In the long form the times of a real lab. */
const size: FaultLabOptions = isLong
  ? { trials: 7, epochs: 32, epochMs: 1_000, leaseMs: 60_000, timings: {} }
  : { trials: 2, epochs: 32, epochMs: 200, leaseMs: longMs };

const obstacle = Machines.obstacle();
const why = obstacle === null ? "" : ` (not run: ${obstacle})`;

let machines: Machines;

/** Of a worker that says under which key it speaks: `gpu1@…`. */
const machineOf = (worker: string | null): string | undefined => worker?.split("@")[0];

describe.skipIf(obstacle !== null)(`the cable of a worker's machine is pulled${why}`, () => {
  beforeEach(async () => {
    machines = await Machines.connected("server", "desk", "gpu1", "gpu2");
  });
  afterEach(async () => {
    await machines.close();
  });

  interface Cast {
    readonly lab: FaultLab;
    readonly coordinator: Script;
    /** On the machine gpu1; it holds a trial. */
    readonly worker: Script;
  }

  async function underWay(
    { epochMs, leaseMs }: { readonly epochMs: number; readonly leaseMs: number },
    story: (cast: Cast) => Promise<void>,
  ): Promise<void> {
    const address = machines.address("server");
    const configure = async (port: number, folder: string): Promise<string> => {
      const out = path.join(folder, "lab");
      const listen = `${address}:${port}`;
      await writeNatsConfig({ out, listen, hosts: [address], workers: ["worker"] });
      return path.join(out, "nats.conf");
    };
    const server = { wrap: machines.on("server"), address, configure };
    await inLab({ ...size, leaseMs, server }, async (lab) => {
      const as = (who: string): string => `--creds=${path.join(lab.server.folder, "lab", `${who}.creds`)}`;
      const work = (machine: string, ...args: string[]): Script =>
        lab.work(machine, { wrap: machines.on(machine), args: [as("worker"), ...args] });
      const worker = work("gpu1", `--epoch-ms=${epochMs}`);
      const other = work("gpu2");
      const coordinator = lab.coordinate({ wrap: machines.on("desk"), args: [as("coordinator")] });
      await Promise.all([worker, other].map((one) => one.line("ready")));
      const taken = (): number => lab.attempts().filter((attempt) => attempt.worker !== null).length;
      await until(() => taken() >= 2, "both workers to have a trial");
      await story({ lab, coordinator, worker });
    });
  }

  it("for less than its lease: the same attempt goes on", async () => {
    await underWay({ epochMs: size.epochMs, leaseMs: 3_600_000 }, async ({ lab, coordinator }) => {
      await machines.pullCable("gpu1");
      await sleep(shortMs);
      await machines.plugIn("gpu1");
      expect(await lab.verdict(coordinator)).toEqual([]);
      expect(Math.max(...lab.attempts().map(({ attempt }) => attempt))).toBe(1);
    });
  });

  it("for longer than its lease: another worker takes over its trial, and it gets the order to stop", async () => {
    await underWay({ epochMs: slowEpochMs, leaseMs: size.leaseMs }, async ({ lab, coordinator, worker }) => {
      await machines.pullCable("gpu1");
      const pulledAt = performance.now();
      const takenOver = (): boolean =>
        lab.attempts().some((one) => one.attempt === 2 && machineOf(one.worker) === "gpu2");
      await until(takenOver, "the next attempt");
      await sleep(longMs - (performance.now() - pulledAt));
      await machines.plugIn("gpu1");
      const pluggedAt = performance.now();
      const told = (): boolean => worker.lines.some((line) => line.startsWith("told to stop"));
      await until(told, "the old worker to be notified");
      const toldMs = Math.round(performance.now() - pluggedAt);
      figure(
        [7],
        `cable of a machine pulled for ${longMs / 1000} s`,
        `told to stop ${toldMs} ms after it was back`,
      );
      expect(await lab.verdict(coordinator)).toEqual([]);
      const lost = lab.attempts().filter(({ state }) => state === "lost");
      expect(lost.map(({ worker, attempt }) => ({ machine: machineOf(worker), attempt }))).toEqual([
        { machine: "gpu1", attempt: 1 },
      ]);
    });
  });
});
