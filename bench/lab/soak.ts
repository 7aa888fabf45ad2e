import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Bench } from "./bench.ts";
import { CoordinatorProcess } from "./coordinator.ts";
import { growthWords, type Memory } from "./memory.ts";
import { whole, type Row } from "./table.ts";

const workers = 100;
const workerProcesses = 4;
const priorities = [1, 2, 3, 4, 5];
const settlingMs = 60_000;
const collectMs = 20_000;
const sayMs = 300_000;

/**
 * Five studies of different priorities share a hundred workers, whose epochs take `epochMs`, for `minutes`. Do they get their shares, does a
 * process grow, and is everything that was committed gone from the server in the end? Every process collects its
 * garbage three times per minute, so that what it holds shows.
 */
export async function soak(minutes: number, epochMs: number, keepEndedMs?: number): Promise<Row[]> {
  const rows: Row[] = [];
  await Bench.run(async (bench) => {
    const studies = priorities.map((priority) => {
      const keeping = keepEndedMs === undefined ? {} : { keepEndedMs };
      return new CoordinatorProcess(bench, { name: `soak-${priority}`, priority, collectMs, ...keeping });
    });
    const inWorkers: Memory[][] = Array.from({ length: workerProcesses }, () => []);
    for (const [index, memory] of inWorkers.entries()) {
      const count = workers / workerProcesses;
      bench.startWorkers(count, epochMs, `w${index}`, collectMs, (news) => memory.push(news));
    }
    await sleep(settlingMs);
    const before = studies.map(({ newest }) => newest);
    for (const study of studies) study.forget();
    for (const memory of inWorkers) memory.length = 0;
    const inServer: number[] = [];
    const watch = setInterval(() => inServer.push(residentBytes(bench.server.pid!)), collectMs);
    const say = setInterval(() => {
      const rss = [...studies.map(({ memory }) => memory), ...inWorkers].map((one) => one.map((m) => m.rss));
      const lines = [...rss, inServer].map((values) => growthWords(values, collectMs));
      console.error(`  resident memory, MB an hour: ${lines.join(", ")}`);
    }, sayMs);
    await sleep(minutes * 60_000);
    clearInterval(watch);
    clearInterval(say);
    const after = studies.map(({ newest }) => newest);
    const inStudies = studies.map(({ memory }) => memory);
    await Promise.all(studies.map((study) => study.finish()));
    const done = after.map((pulse, index) => pulse.reports - before[index]!.reports);
    const ended = after.map((pulse, index) => pulse.trials - before[index]!.trials);
    const left = await stored(bench.server.url);
    const total = sum(done);
    const pace = whole(total / (minutes * 60));
    const trials = whole(sum(ended));
    rows.push(
      [
        `${workers} workers, ${priorities.length} studies of priority ${priorities.join(", ")}, ${minutes} min, ${pace} reports/s, ${trials} trials: epochs against quota`,
        done.map((one, index) => deviation(one / total, priorities[index]! / sum(priorities))).join(", "),
        "within 10 %",
      ],
      ["the same: resident memory of each coordinator", grown(inStudies, "rss"), "10 MB"],
      ["the same: what each coordinator keeps on its heap", grown(inStudies, "kept"), ""],
      ["the same: what Node has taken for that heap", grown(inStudies, "heap"), ""],
      ["the same: all else in each coordinator", grown(inStudies, "rest"), ""],
      ["the same: trials that ended in each study", ended.map(whole).join(", "), ""],
      [`the same: resident memory of ${workerProcesses} processes of workers`, grown(inWorkers, "rss"), ""],
      ["the same: what they keep on their heaps", grown(inWorkers, "kept"), ""],
      ["the same: what Node has taken for those heaps", grown(inWorkers, "heap"), ""],
      ["the same: all else in them", grown(inWorkers, "rest"), ""],
      ["the same: resident memory of the server", growthWords(inServer, collectMs), ""],
      ["the same: messages left on the server", left, "offers 0, reports 0"],
    );
  });
  return rows;
}

function grown(processes: readonly (readonly Memory[])[], what: keyof Memory): string {
  const each = processes.map((memory) =>
    growthWords(
      memory.map((one) => one[what]),
      collectMs,
    ),
  );
  return `MB an hour: ${each.join(", ")}`;
}

/** Of a process on this machine (Linux). */
function residentBytes(pid: number): number {
  const [, pages] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ");
  return Number(pages) * 4096;
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
