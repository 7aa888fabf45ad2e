import { setTimeout as sleep } from "node:timers/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Bench } from "./bench.ts";
import { CoordinatorProcess } from "./coordinator.ts";
import { whole, type Row } from "./table.ts";

const workers = 100;
const priorities = [1, 2, 3, 4, 5];
const epochMs = 500;
const settlingMs = 60_000;

/**
 * Five studies of different priorities share a hundred workers for `minutes`. Do they get their shares, does a
 * coordinator grow, and is everything that was committed gone from the server in the end?
 */
export async function soak(minutes: number): Promise<Row[]> {
  const rows: Row[] = [];
  await Bench.run(async (bench) => {
    const studies = priorities.map((priority) => {
      return new CoordinatorProcess(bench, { name: `soak-${priority}`, priority });
    });
    for (let index = 0; index < 4; index++) bench.startWorkers(workers / 4, epochMs, `w${index}`);
    await sleep(settlingMs);
    const before = studies.map(({ newest }) => newest);
    for (const study of studies) study.forget();
    await sleep(minutes * 60_000);
    const after = studies.map(({ newest }) => newest);
    await Promise.all(studies.map((study) => study.finish()));
    const done = after.map((pulse, index) => pulse.reports - before[index]!.reports);
    const growth = studies.map(({ pulses }) => grown(pulses.map(({ rss }) => rss)));
    const left = await stored(bench.server.url);
    const total = sum(done);
    const pace = whole(total / (minutes * 60));
    const trials = whole(sum(after.map((pulse) => pulse.trials)));
    rows.push(
      [
        `${workers} workers, ${priorities.length} studies of priority ${priorities.join(", ")}, ${minutes} min, ${pace} reports/s, ${trials} trials: epochs against quota`,
        done.map((one, index) => deviation(one / total, priorities[index]! / sum(priorities))).join(", "),
        "within 10 %",
      ],
      [
        "the same: growth of each coordinator's memory, last fifth against first",
        growth.map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`).join(", "),
        "20 MB an hour",
      ],
      ["the same: messages left on the server", left, "offers 0, reports 0"],
    );
  });
  return rows;
}

/** Median of the last fifth less median of the first. */
function grown(values: readonly number[]): number {
  const part = Math.max(1, Math.floor(values.length / 5));
  return median(values.slice(-part)) - median(values.slice(0, part));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function deviation(share: number, quota: number): string {
  const off = (share / quota - 1) * 100;
  return `${off < 0 ? "−" : "+"}${Math.abs(off).toFixed(1)} %`;
}

/** What the server still holds, per stream. */
async function stored(servers: string): Promise<string> {
  const connection = await connect({ servers });
  const manager = await jetstreamManager(connection);
  const parts: string[] = [];
  for (const [name, words] of [
    ["SEQTUNE_TRIALS", "offers"],
    ["SEQTUNE_REPORTS", "reports"],
    ["KV_SEQTUNE_CLAIMS", "claims"],
    ["KV_SEQTUNE_CONTROL", "orders and watermarks"],
  ] as const) {
    const { state } = await manager.streams.info(name);
    parts.push(`${words} ${whole(state.messages)} (${(state.bytes / 1e6).toFixed(1)} MB)`);
  }
  await connection.close();
  return parts.join(", ");
}
