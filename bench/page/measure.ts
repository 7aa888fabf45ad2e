import { readdirSync, readFileSync } from "node:fs";
import { quietBrowser } from "./cpu.ts";
import type { Browser, CDPSession, Page } from "playwright-core";
import { openPage } from "../../test/support/browser.ts";

/** Lines of the table: what, how long, what was wanted. */
export async function measurePage(
  browser: Browser,
  address: string,
  key: string,
): Promise<readonly string[]> {
  const empty = rendererMemory(await freshPage(browser, "about:blank"));
  const { page } = await openPage(browser, "about:blank");
  // A new window of Chromium loads its own address bar, which is a page of a megabyte.
  await quietBrowser();
  const began = performance.now();
  await page.goto(`${address}#/s/${key}`);
  await page.locator(".picture canvas").waitFor();
  const painted = performance.now() - began;
  const lines = [`| best so far drawn after opening the address | ${ms(painted)} | 1.5 s |`];
  const goTo = async (view: string, seen: string): Promise<number> => {
    const start = performance.now();
    await page.evaluate(`location.hash = ${JSON.stringify(`#/s/${key}/${view}`)}`);
    await page.locator(seen).first().waitFor();
    await page.evaluate(twoFrames);
    return performance.now() - start;
  };
  lines.push(`| all curves drawn | ${ms(await goTo("curves", "#curves-heading"))} | |`);
  lines.push(`| table of trials there | ${ms(await goTo("trials", "table.trials td"))} | |`);
  lines.push(
    `| sort by a column, click to frame, median of 6 | ${ms(await medianOf(page, sortOnce, 6))} | 100 ms |`,
  );
  lines.push(
    `| scroll through the table, longest frame | ${ms(await page.evaluate<number>(scrollThrough))} | |`,
  );
  lines.push(`| parallel coordinates and slices drawn | ${ms(await goTo("space", "#slice-heading"))} | |`);
  await page.locator(".strip").first().waitFor();
  lines.push(
    `| brush an axis, move to frame, median of 10 | ${ms(await medianOf(page, brushOnce, 10))} | 100 ms |`,
  );
  lines.push(
    `| let go of the brush: slices of the selection drawn | ${ms(await page.evaluate<number>(letGo))} | |`,
  );
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  lines.push(
    `| memory of the page's process, above that of an empty one | ${mb((await settled(page)) - empty)} | 150 MB |`,
  );
  lines.push(`| of it JavaScript objects | ${mb(await heap(session))} | |`);
  await page.context().close();
  return lines;
}

async function freshPage(browser: Browser, address: string): Promise<number> {
  const known = new Set(renderers());
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  const [pid] = renderers().filter((one) => !known.has(one));
  return pid ?? 0;
}

/** Chromium's processes that render pages, by id. */
function renderers(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=renderer");
      } catch {
        return false;
      }
    });
}

/** Bytes that belong to the process alone. */
function rendererMemory(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kilobytes = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)];
  return kilobytes.reduce((sum, match) => sum + Number(match[1]) * 1024, 0);
}

async function settled(page: Page): Promise<number> {
  await page.evaluate(twoFrames);
  return Math.max(...renderers().map(rendererMemory));
}

async function heap(session: CDPSession): Promise<number> {
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN;
}

async function medianOf(page: Page, script: string, times: number): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < times; i++) took.push(await page.evaluate<number>(script));
  return took.sort((a, b) => a - b)[Math.floor(times / 2)]!;
}

// What runs in the page; texts, as its types are those of browsers.
const twoFrames = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))";
const sortOnce = `(async () => {
  const buttons = [...document.querySelectorAll("table.trials th button")];
  window.nextSort = ((window.nextSort ?? 2) + 1) % buttons.length;
  const began = performance.now();
  buttons[window.nextSort].click();
  await ${twoFrames};
  return performance.now() - began;
})()`;
const scrollThrough = `(async () => {
  const table = document.querySelector(".scroll.tall");
  let longest = 0;
  for (let i = 0; i < 60; i++) {
    const began = performance.now();
    table.scrollTop += table.scrollHeight / 60;
    await new Promise((done) => requestAnimationFrame(() => done()));
    longest = Math.max(longest, performance.now() - began);
  }
  return longest;
})()`;
const pointer = `((kind, share) => {
  const strip = document.querySelectorAll(".strip")[1];
  const area = strip.getBoundingClientRect();
  strip.setPointerCapture = () => {};
  strip.dispatchEvent(new PointerEvent(kind, {
    bubbles: true, pointerId: 1, clientX: area.left + area.width / 2, clientY: area.top + share * area.height,
  }));
})`;
const brushOnce = `(async () => {
  if (window.brushAt === undefined) {
    window.brushAt = 0.2;
    ${pointer}("pointerdown", 0.1);
  }
  window.brushAt += 0.05;
  const began = performance.now();
  ${pointer}("pointermove", window.brushAt);
  await ${twoFrames};
  return performance.now() - began;
})()`;
const letGo = `(async () => {
  const began = performance.now();
  ${pointer}("pointerup", window.brushAt);
  await ${twoFrames};
  return performance.now() - began;
})()`;

function ms(value: number): string {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(2)} s`;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
