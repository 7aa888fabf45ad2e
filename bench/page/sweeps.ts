import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { openPage } from "../../test/support/browser.ts";
import { cliProgram } from "../../test/support/cli.ts";
import { readEvents } from "../../test/support/http.ts";
import { childNamed, cpuSeconds, quietBrowser } from "./cpu.ts";
import { serve } from "./serve.ts";

const data = fileURLToPath(new URL("../../data/ETTh1.csv", import.meta.url));
const sweep = `name: beside
seed: 1
metric: { name: val_mse }
data: { file: ${JSON.stringify(data)}, targets: [OT], window: 48, horizon: 6, stride: 4, time: date }
parameters:
  hidden: { values: [8, 16] }
  learning_rate: { min: 0.001, max: 0.05, distribution: log_uniform }
budget: { trials: 1, epochs: 6 }
workers: 2
`;

interface Kind {
  readonly name: string;
  readonly pages: number;
  /** Programs that listen as a page does, and draw nothing. */
  readonly readers: number;
}

const kinds: readonly Kind[] = [
  { name: "nothing", pages: 0, readers: 0 },
  { name: "1 reader that draws nothing", pages: 0, readers: 1 },
  { name: "20 readers that draw nothing", pages: 0, readers: 20 },
  { name: "1 open page", pages: 1, readers: 0 },
  { name: "20 open pages", pages: 20, readers: 0 },
];

/** What one sweep took: seconds on the clock, and of processor time. */
interface Taken {
  readonly seconds: number;
  readonly sweep: number;
  readonly server: number;
  readonly browser: number;
}

/** The same sweep beside nothing, readers and pages, in turns, so that what else the machine does hits all alike. */
export async function measureSweeps(
  browser: Browser,
  folder: string,
  turns: number,
): Promise<readonly string[]> {
  const file = path.join(folder, "beside.yaml");
  writeFileSync(file, sweep);
  const took = kinds.map((): Taken[] => []);
  for (let turn = 0; turn < turns; turn++)
    for (const [i, kind] of kinds.entries())
      took[i]!.push(await timeSweep(browser, file, path.join(folder, `beside-${turn}-${i}.db`), kind));
  const of = (i: number, what: keyof Taken): number => median(took[i]!.map((one) => one[what]));
  const base = of(0, "seconds");
  return kinds.map(({ name }, i) => {
    const own = of(i, "seconds");
    const change = i === 0 ? "" : `${own >= base ? "+" : ""}${((100 * (own - base)) / base).toFixed(1)} %`;
    const all = took[i]!.map(({ seconds }) => seconds.toFixed(1)).join(", ");
    const share = (what: "server" | "browser"): string =>
      i === 0 ? "" : `${((100 * of(i, what)) / of(i, "sweep")).toFixed(1)} %`;
    return `| ${name} | ${own.toFixed(1)} (${all}) | ${change} | ${of(i, "sweep").toFixed(1)} | ${share("server")} | ${share("browser")} |`;
  });
}

async function timeSweep(
  browser: Browser,
  file: string,
  db: string,
  { pages, readers }: Kind,
): Promise<Taken> {
  await seqtune("run", file, "--db", db, "--quiet", "--no-model");
  const server = pages + readers === 0 ? null : await serve(db);
  const opened = await Promise.all(
    Array.from({ length: pages }, async () => await openPage(browser, `${server!.address}#/s/beside`)),
  );
  for (const { page } of opened) await page.locator(".picture canvas").waitFor();
  const listening = Array.from({ length: readers }, () =>
    readEvents(server!.address, "/api/studies/beside/live"),
  );
  await quietBrowser();
  const chromium = childNamed(/chrom/);
  const sweepBefore = cpuSeconds(process.pid);
  const began = performance.now();
  const before = { server: cpuOf(server?.pid ?? null), browser: cpuOf(chromium) };
  await seqtune("resume", "beside", "--trials", "+16", "--db", db, "--quiet", "--no-model");
  const seconds = (performance.now() - began) / 1000;
  const taken = {
    server: cpuOf(server?.pid ?? null) - before.server,
    browser: cpuOf(chromium) - before.browser,
  };
  const all = cpuSeconds(process.pid) - sweepBefore;
  for (const reader of listening) reader.close();
  for (const { page } of opened) await page.context().close();
  server?.stop();
  return { seconds, ...taken, sweep: all - taken.server - taken.browser };
}

async function seqtune(...args: readonly string[]): Promise<void> {
  const run = spawn(process.execPath, [cliProgram, ...args], { stdio: "ignore" });
  const [code] = (await once(run, "exit")) as [number];
  if (code !== 0) throw new Error(`seqtune ${args[0]} ended with ${code}`);
}

function cpuOf(pid: number | null): number {
  return pid === null ? 0 : cpuSeconds(pid);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
