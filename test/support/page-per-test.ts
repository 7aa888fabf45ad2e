import { localDashboard } from "./local-dashboard.ts";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import {
  startDashboard,
  type Dashboard,
  type DashboardOptions,
} from "../../orchestrator/dashboard/server.ts";
import { chromiumPath, openPage, startBrowser, type Watched } from "./browser.ts";
import { db } from "./folder-per-test.ts";

/** Tests of the page, which need a Chromium (CONTRIBUTING.md). */
export const inChromium = describe.skipIf(chromiumPath === null);

let browser: Browser | null = null;
let servers: Dashboard[] = [];
let opened: Watched[] = [];

beforeAll(async () => {
  if (chromiumPath !== null) browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
});
afterEach(async () => {
  for (const { page } of opened) await page.context().close();
  for (const server of servers) await server.close();
  [opened, servers] = [[], []];
});

/** The address of a dashboard on the database of the test. */
export async function serve(change: Partial<DashboardOptions> = {}): Promise<string> {
  const server = await startDashboard({ db, ...localDashboard, ...change });
  servers.push(server);
  return server.address;
}

/** Ends the server that was started last. */
export async function endServer(): Promise<void> {
  await servers.pop()!.close();
}

export async function open(address: string, options = {}): Promise<Watched> {
  const watched = await openPage(browser!, address, options);
  opened.push(watched);
  return watched;
}

export const cells = async (page: Page, column: number): Promise<readonly string[]> =>
  await page.locator(`table.trials tbody tr:not(.gap) td:nth-child(${column})`).allTextContents();
