import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { openPage } from "../../test/support/browser.ts";
import { cliProgram } from "../../test/support/cli.ts";
import { serve } from "./serve.ts";

const data = fileURLToPath(new URL("../../data/ETTh1.csv", import.meta.url));
const sweep = `name: beside
seed: 1
metric: { name: val_mse }
data: { file: ${JSON.stringify(data)}, targets: [OT], window: 48, horizon: 6, stride: 4, time: date }
parameters:
  hidden: { values: [8, 16] }
  learning_rate: { min: 0.001, max: 0.05, distribution: log_uniform }
budget: { trials: 16, epochs: 6 }
workers: 2
`;

/** The same sweep without a page, with one and with twenty, in turns, so that what else the machine does hits all alike. */
export async function measureSweeps(
  browser: Browser,
  folder: string,
  turns: number,
): Promise<readonly string[]> {
  const file = path.join(folder, "beside.yaml");
  writeFileSync(file, sweep);
  const kinds = [0, 1, 20];
  const took = kinds.map((): number[] => []);
  for (let turn = 0; turn < turns; turn++)
    for (const [i, pages] of kinds.entries())
      took[i]!.push(await timeSweep(browser, file, path.join(folder, `beside-${turn}-${pages}.db`), pages));
  const base = median(took[0]!);
  return kinds.map((pages, i) => {
    const own = median(took[i]!);
    const change =
      pages === 0 ? "" : `${own >= base ? "+" : ""}${((100 * (own - base)) / base).toFixed(1)} %`;
    const all = took[i]!.map((seconds) => seconds.toFixed(1)).join(", ");
    return `| ${pages === 0 ? "nothing" : `${pages} open page${pages === 1 ? "" : "s"}`} | ${own.toFixed(1)} (${all}) | ${change} |`;
  });
}

async function timeSweep(browser: Browser, file: string, db: string, pages: number): Promise<number> {
  const server = pages === 0 ? null : await serve(db);
  const opened = await Promise.all(
    Array.from({ length: pages }, async () => await openPage(browser, `${server!.address}#/s/beside`)),
  );
  const began = performance.now();
  const run = spawn(process.execPath, [cliProgram, "run", file, "--db", db, "--quiet", "--no-model"], {
    stdio: "ignore",
  });
  const [code] = (await once(run, "exit")) as [number];
  const seconds = (performance.now() - began) / 1000;
  for (const { page } of opened) await page.context().close();
  server?.stop();
  if (code !== 0) throw new Error(`the sweep ended with ${code}`);
  return seconds;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
