import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { patienceMs } from "./until.ts";

const places = [
  process.env["SEQTUNE_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** A Chromium on this machine; `null`: there is none, and tests of the page are skipped (CONTRIBUTING.md). */
export const chromiumPath: string | null = places.find((place) => place && existsSync(place)) ?? null;

export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: chromiumPath!,
    timeout: patienceMs,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none"],
  });
}

export interface Watched {
  readonly page: Page;
  /** Errors the browser's console showed, and requests that left for another server. */
  readonly complaints: readonly string[];
}

/** A page of its own whose every complaint is kept. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  const { origin } = new URL(address);
  page.on("request", (request) => {
    const to = new URL(request.url());
    if (to.origin !== origin && !["data:", "blob:"].includes(to.protocol))
      complaints.push(`left for ${to.href}`);
  });
  await page.goto(address);
  return { page, complaints };
}
