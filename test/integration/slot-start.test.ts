/** The processes of a worker's slots that cannot start: what ends the worker, and what is tried again. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { superviseWorkers } from "../../orchestrator/lab/supervisor.ts";
import { workerKey } from "../../worker/protocol/nats/server/names.ts";
import { lab, server } from "../support/lab-per-test.ts";
import { until } from "../support/until.ts";

/** A worker of two slots whose lines are collected. */
function twoSlots(cache: string, engine: string) {
  const lines: string[] = [];
  const finish = new AbortController();
  const say = (line: string): void => void lines.push(line);
  const over = superviseWorkers(
    {
      connection: { servers: server.url },
      slots: 2,
      gpus: [],
      labels: {},
      engine,
      cache,
      leaveOnDrain: false,
      say,
    },
    { finish: finish.signal, now: new AbortController().signal },
  );
  const line = async (pattern: RegExp): Promise<void> =>
    await until(() => lines.some((one) => pattern.test(one)), `${pattern} in ${lines.join("\n")}`);
  return { over, line, lines, finish: () => finish.abort() };
}

it("a slot whose folder cannot be made is started again until it can, while the others work", async () => {
  const cache = lab.folder("machine");
  mkdirSync(path.join(cache, "spool"), { recursive: true });
  writeFileSync(path.join(cache, "id"), "cafe");
  const inTheWay = path.join(cache, "spool", workerKey(`${hostname()}-cafe-1`));
  writeFileSync(inTheWay, "");
  const worker = twoSlots(cache, "auto");
  await worker.line(/^slot 1: worker process ended with exit code 1: Error: EEXIST.*; starting it again in/);
  await worker.line(/^slot 2: waiting for work/);
  rmSync(inTheWay);
  await worker.line(/^slot 1: waiting for work/);
  worker.finish();
  await worker.over;
});

it("an engine that does not run here ends the worker, in its own words", async () => {
  const worker = twoSlots(lab.folder("machine"), "abacus");
  await expect(worker.over).rejects.toThrow(/engine abacus cannot be used: there is no such engine/);
  expect(worker.lines.filter((line) => line.includes("starting it again"))).toEqual([]);
});
