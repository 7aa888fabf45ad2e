import { Bench } from "./bench.ts";
import { at, perSecond, rate, type Row } from "./table.ts";

/** How fast reports are committed that waited for a coordinator. */
export async function backlog(): Promise<Row[]> {
  const workers = 8;
  const epochs = 4000;
  const rows: Row[] = [];
  await Bench.run(async (bench) => {
    bench.startWorkers(workers, 0);
    const away = new AbortController();
    bench.events.on((event) => {
      if (event.kind === "report" && bench.reports.length === 100) away.abort();
    });
    await bench.drive(workers, epochs, { now: away.signal });
    const before = bench.reports.length;
    await new Promise((resolve) => setTimeout(resolve, 20_000)); // the workers finish what they have
    await bench.drive(workers, epochs);
    const drained = bench.reports.slice(before).map((report) => report.at);
    const many = drained.length.toLocaleString("en");
    rows.push([`draining a backlog of ${many} reports`, `${rate(drained)} reports/s`, "10,000"]);
  });
  return rows;
}

export async function live(): Promise<Row[]> {
  const rows: Row[] = [];
  await Bench.run(async (bench) => {
    bench.startWorkers(8, 0);
    await bench.drive(16, 2000);
    const middle = bench.reports.slice(2000, -2000).map((report) => report.at);
    rows.push(["live from 8 workers that do nothing else", `${rate(middle)} reports/s`, "4,000"]);
  });
  return rows;
}

export async function delay(): Promise<Row[]> {
  const rows: Row[] = [];
  await Bench.run(async (bench) => {
    bench.startWorkers(8, 40);
    await bench.drive(8, 250);
    const delays = bench.reports
      .slice(100)
      .map((report) => report.at - report.sent)
      .toSorted((a, b) => a - b);
    const all = bench.reports.map((report) => report.at);
    const many = perSecond(all.length, all.at(-1)! - all[0]!);
    rows.push([
      `from a report's sending to its commit, at ${many} reports/s`,
      `median ${at(delays, 0.5)} ms, 99 % ${at(delays, 0.99)} ms`,
      "median 20 ms",
    ]);
  });
  return rows;
}
