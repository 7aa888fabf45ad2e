import { Bench } from "./bench.ts";
import { CoordinatorProcess } from "./coordinator.ts";
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
    const coordinator = new CoordinatorProcess(bench, { name: "large", trials: count, epochs: 1 });
    const watch = setInterval(() => {
      const said = coordinator.pulses.at(-1);
      if (said === undefined) return; // a busy machine takes long to start it
      const { trials: done, rss, cpuMs } = said;
      const cpu = `${(cpuMs / 1000).toFixed(0)} s of processor`;
      console.log(`  ${whole(done)} trials, ${megabytes(rss)}, ${cpu}`);
    }, 20_000);
    await coordinator.over;
    clearInterval(watch);
    const { thousands, peak, cpuMs } = coordinator.newest;
    const paces = thousands.slice(1).map((time, index) => 1_000_000 / (time - thousands[index]!));
    const all = perSecond((thousands.length - 1) * 1000, thousands.at(-1)! - thousands[0]!);
    rows.push([
      `${whole(count)} trials of one report, ${whole(workers)} workers`,
      `${all} trials/s (the second thousand ${whole(paces[0]!)}, the last ${whole(paces.at(-1)!)}, the slowest ${whole(Math.min(...paces))}); ${(cpuMs / count).toFixed(2)} ms of the coordinator's processor a trial; coordinator at most ${megabytes(peak)}`,
      "300 MB, no slowdown",
    ]);
  });
  return rows;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
