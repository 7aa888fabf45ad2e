/** A worker that ends while no coordinator commits what it sent. */
import { mkdtempSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { takeSeats } from "../../orchestrator/lab/machine.ts";
import { superviseWorkers } from "../../orchestrator/lab/supervisor.ts";
import { SpoolFolder } from "../../worker/protocol/nats/worker/spool-folder.ts";
import { ended, report } from "../support/nats-lab.ts";
import { until } from "../support/until.ts";
import { removeFolder } from "../support/remove-folder.ts";

const entry = fileURLToPath(new URL("../support/slot-standin.ts", import.meta.url));
let cache: string;

beforeEach(() => {
  cache = mkdtempSync(path.join(tmpdir(), "seqtune-left-"));
});
afterEach(() => removeFolder(cache));

/** What the machine's worker says last, with one slot that is ordered to end at once. */
async function lastWords(): Promise<readonly string[]> {
  const lines: string[] = [];
  const finish = new AbortController();
  const over = superviseWorkers(
    {
      connection: { servers: "nats://127.0.0.1:4222" },
      slots: 1,
      gpus: [],
      labels: {},
      engine: "auto",
      cache,
      leaveOnDrain: false,
      say: (line) => lines.push(line),
      entry,
    },
    { finish: finish.signal, now: new AbortController().signal },
  );
  await until(() => lines.length > 0, "the slot to speak");
  finish.abort();
  await over;
  return lines.slice(1);
}

it("a worker that ends says whose reports stay, where, and what sends them, and nothing where none do", async () => {
  expect(await lastWords()).toEqual([]);

  const [seat] = takeSeats(cache, 1);
  seat!.release();
  const spools = new SpoolFolder(path.join(cache, "spool"), seat!.worker, () => {});
  for (const [trial, attempt] of [
    [0, 1],
    [0, 2],
    [3, 1],
  ] as const) {
    const ref = { study: "s1", trial, attempt };
    const spool = spools.spool(ref);
    for (const message of [report(ref, 1), ended(ref, 2)]) spool.append(message, JSON.stringify(message));
    spool.close();
  }
  // Another worker of the machine, which may still run, speaks for itself.
  const neighbour = new SpoolFolder(path.join(cache, "spool"), `${hostname()}-other`, () => {});
  const ref = { study: "s1", trial: 9, attempt: 1 };
  const spool = neighbour.spool(ref);
  spool.append(report(ref, 1), JSON.stringify(report(ref, 1)));
  spool.close();

  expect(await lastWords()).toEqual([
    `reports of 2 trials stay in ${cache}: no coordinator has committed them; the next worker on this machine sends them`,
  ]);
});
