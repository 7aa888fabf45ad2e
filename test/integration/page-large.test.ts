/** The page of a study of 20,000 trials. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeLargeStudy } from "../support/large-study.ts";
import { cells, inChromium, open, serve } from "../support/page-per-test.ts";
import { removeFolder } from "../support/remove-folder.ts";
import { until } from "../support/until.ts";

const count = 20_000;
const folder = mkdtempSync(path.join(tmpdir(), "seqtune-large-"));
const db = path.join(folder, "large.db");
let key = "";
beforeAll(() => {
  key = makeLargeStudy(db, count, 3);
});
afterAll(() => removeFolder(folder));

inChromium("the page of 20,000 trials, in Chromium", () => {
  test("draws all of them, selects, and scrolls its table to the last row", async () => {
    const address = await serve({ db });
    const { page, complaints } = await open(`${address}#/s/${key}`);
    const says = async (words: RegExp): Promise<void> =>
      await page.locator(".figure > .says", { hasText: words }).first().waitFor();
    await says(/of 20000 trials with a value/);
    await page.goto(`${address}#/s/${key}/curves`);
    await says(/^20000 curves, \d+ of them pruned early/);
    await page.goto(`${address}#/s/${key}/space?plot=contour`);
    await says(/^20000 trials, one line each/);
    await says(/^Shades are the mean rank/);
    await brushFirstAxis(page);
    await page.getByText(/^\d+ of 20000 trials$/).waitFor();
    await page.goto(`${address}#/s/${key}/trials`);
    await scrollToItsEnd(page);
    expect(complaints).toEqual([]);
  });
});

async function brushFirstAxis(page: Page): Promise<void> {
  const strip = page.locator(".strip").first();
  await strip.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await strip.boundingBox())!;
  await page.mouse.move(x + width / 2, y + height * 0.1);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height * 0.4, { steps: 3 });
  await page.mouse.up();
}

/** Only the rows in sight are there, from the first to the last. */
async function scrollToItsEnd(page: Page): Promise<void> {
  await page.locator(".scroll.tall").waitFor();
  expect(await page.locator("table.trials").getAttribute("aria-rowcount")).toBe(String(count + 1));
  expect((await cells(page, 1))[0]).toBe("1");
  for (const share of [0.3, 0.7, 1]) {
    await page.evaluate(
      `(() => { const table = document.querySelector(".scroll.tall"); table.scrollTop = ${share} * table.scrollHeight; })()`,
    );
    await until(async () => {
      const ranks = (await cells(page, 1)).map(Number);
      return ranks.length < 100 && Math.abs(ranks.at(-1)! - share * count) < 100;
    }, `the rows at ${share} of the table`);
  }
  expect((await cells(page, 1)).at(-1)).toBe(String(count));
}
