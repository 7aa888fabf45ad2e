import { Bench } from "./bench.ts";
import { perSecond, rate, whole, type Row } from "./table.ts";

export async function trials(): Promise<Row[]> {
  const rows: Row[] = [];
  await Bench.run(async (bench) => {
    bench.startWorkers(64, 0);
    await bench.drive(3000, 1);
    rows.push(["trials of one report, 64 workers", `${rate(bench.ended.slice(300))} trials/s`, "200"]);
  });
  return rows;
}

/** Does a study get slower or heavier as it grows? Prints its pace on the way. */
export async function large(workers: number, count: number): Promise<Row[]> {
  const rows: Row[] = [];
  await Bench.run(async (bench) => {
    const processes = Math.max(1, Math.ceil(workers / 250));
    for (let index = 0; index < processes; index++)
      bench.startWorkers(Math.ceil(workers / processes), 0, `w${index}`);
    let most = 0;
    let told = 0;
    const step = Math.ceil(count / 10);
    const watch = setInterval(() => {
      const { rss, heapUsed } = process.memoryUsage();
      most = Math.max(most, rss);
      if (bench.ended.length < told + step) return;
      const pace = rate(bench.ended.slice(told));
      told = bench.ended.length;
      console.log(
        `  ${whole(told)} trials: ${pace} trials/s, ${megabytes(rss)}, heap ${megabytes(heapUsed)}`,
      );
    }, 200);
    const before = process.cpuUsage();
    await bench.drive(count, 1);
    clearInterval(watch);
    const { user, system } = process.cpuUsage(before);
    const edge = Math.min(1000, Math.floor(count / 4));
    const paces = `an early thousand ${rate(bench.ended.slice(edge, 2 * edge))}, the last ${rate(bench.ended.slice(-edge))}`;
    const cpu = `${((user + system) / 1000 / count).toFixed(2)} ms of the coordinator's processor a trial`;
    rows.push([
      `${whole(count)} trials of one report, ${whole(workers)} workers`,
      `${perSecond(count, bench.ended.at(-1)! - bench.ended[0]!)} trials/s (${paces}); ${cpu}; coordinator at most ${megabytes(most)}`,
      "512 MB, no slowdown",
    ]);
  });
  return rows;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
