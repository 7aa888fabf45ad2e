/**
 * What NATS and the coordinator manage with workers that train nothing: real server, real SQLite file, workers in
 * processes of their own.
 *
 *   npx tsx bench/lab.ts [--parts backlog,live,trials,delay,stop,optuna] [--python PYTHON]
 *   npx tsx bench/lab.ts --parts large [--workers 1000] [--trials 100000]
 *   npx tsx bench/lab.ts --parts leaders
 *   npx tsx bench/lab.ts --parts soak [--minutes 10] [--epoch-ms 500] [--keep-ended-ms 600000]
 *
 * With --python (one that has optuna, and psycopg2 for PostgreSQL) Optuna works beside ours. Prints Markdown.
 */
import { parseArgs } from "node:util";
import { leaders } from "./lab/leaders.ts";
import { besideOptuna } from "./lab/optuna.ts";
import { backlog, delay, live } from "./lab/reports.ts";
import { soak } from "./lab/soak.ts";
import { stops } from "./lab/stops.ts";
import { markdown, type Row } from "./lab/table.ts";
import { large, trials } from "./lab/trials.ts";
import { machineLine } from "./machine.ts";

const { values } = parseArgs({
  options: {
    parts: { type: "string", default: "backlog,live,trials,delay,stop,optuna" },
    workers: { type: "string", default: "1000" },
    trials: { type: "string", default: "100000" },
    minutes: { type: "string", default: "10" },
    "epoch-ms": { type: "string", default: "500" },
    "keep-ended-ms": { type: "string" },
    seconds: { type: "string", default: "15" },
    python: { type: "string" },
  },
});

const keepEndedMs = values["keep-ended-ms"] === undefined ? undefined : Number(values["keep-ended-ms"]);

interface Part {
  readonly head: Row;
  readonly measure: () => Promise<Row[]>;
}

const aims: Row = ["what", "measured", "aim"];
const beside: Row = ["8 processes, trials of 10 reports that train nothing", "trials/s", "reports/s"];

const parts: Readonly<Record<string, Part>> = {
  backlog: { head: aims, measure: backlog },
  live: { head: aims, measure: live },
  trials: { head: aims, measure: trials },
  delay: { head: aims, measure: delay },
  stop: { head: aims, measure: stops },
  large: { head: aims, measure: () => large(Number(values.workers), Number(values.trials)) },
  leaders: { head: aims, measure: leaders },
  soak: { head: aims, measure: () => soak(Number(values.minutes), Number(values["epoch-ms"]), keepEndedMs) },
  optuna: { head: beside, measure: () => besideOptuna(values.python, Number(values.seconds)) },
};

const tables = new Map<Row, Row[]>();
for (const name of values.parts.split(",")) {
  const part = parts[name];
  if (part === undefined) throw new Error(`no part "${name}"; there are ${Object.keys(parts).join(", ")}`);
  const rows = await part.measure();
  for (const row of rows) console.log(row.join(" | "));
  tables.set(part.head, [...(tables.get(part.head) ?? []), ...rows]);
}
console.log(`\n${machineLine()}`);
for (const [head, rows] of tables) console.log(`\n${markdown(head, rows)}`);
