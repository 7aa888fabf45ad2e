import type { Pruner } from "../../search/pruner.ts";
import { Bench } from "./bench.ts";
import { at, type Row } from "./table.ts";

const afterThree: Pruner = {
  name: "third",
  judge: (_history, trial) => (trial.epoch >= 3 ? { kind: "stop", reason: "bench" } : { kind: "continue" }),
};

/** How long an order takes to its worker. */
export async function stops(): Promise<Row[]> {
  const rows: Row[] = [];
  await Bench.run(async (bench) => {
    bench.startWorkers(8, 20);
    await bench.drive(500, 100_000, { pruner: afterThree });
    const delays = [...bench.stopped].flatMap(([trial, time]) => {
      const given = bench.ordered.get(trial);
      return given === undefined ? [] : [time - given];
    });
    delays.sort((a, b) => a - b);
    rows.push([
      `from a verdict to its arrival in the worker, ${delays.length} stops`,
      `median ${at(delays, 0.5)} ms, 99 % ${at(delays, 0.99)} ms`,
      "99 % 100 ms",
    ]);
  });
  return rows;
}
