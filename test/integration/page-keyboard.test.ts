/** The page without a mouse. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { db } from "../support/folder-per-test.ts";
import { cells, inChromium, open, serve } from "../support/page-per-test.ts";
import { makeSampleDatabase } from "../support/sample-studies.ts";
import { until } from "../support/until.ts";

interface Stop {
  readonly ring: number;
  readonly isSeen: boolean;
}

/** What has the focus: how wide its ring is, and whether it is in sight; `null`: nothing has it. */
const stop = `(() => {
  const at = document.activeElement;
  if (at === null || at === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const { top, bottom, width, height } = at.getBoundingClientRect();
  const isWhole = top >= 0 && bottom <= innerHeight + 1;
  return {
    ring: outlineStyle === "none" ? 0 : parseFloat(outlineWidth),
    isSeen: width > 0 && (isWhole || height > innerHeight / 2),
  };
})()`;

/** Presses Tab until the focus is on a link or a button of this name, and then Enter. */
async function follow(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 90; i++) {
    await page.keyboard.press("Tab");
    // Behind the last stop nothing has it, and then it begins again.
    if ((await page.evaluate<Stop | null>(stop)) === null) continue;
    if (nameIn(await page.locator(":focus").ariaSnapshot()) === name) break;
  }
  await page.keyboard.press("Enter");
}

/** `- link "etth1"`; of what opens and closes `- text: as table`. */
const named = /^- \w+(?: "[^"]+"|: \S)/;

function nameIn(snapshot: string): string {
  return /^- \w+ "([^"]+)"/.exec(snapshot)?.[1] ?? "";
}

inChromium("the page by the keyboard alone, in Chromium", () => {
  test("has a name and a ring at every stop of the Tab key, in sight", async () => {
    makeSampleDatabase(db);
    const address = await serve({ token: "sixteen letters!", actions: true });
    const { page } = await open(address);
    const views = ["", "/curves", "/trials", "/space", "/space?plot=contour", "/workers", "/trial/4"];
    for (const view of ["#/", ...views.map((one) => `#/s/etth1-k3y${one}`), "#/compare?with=etth1-k3y"]) {
      await page.goto("about:blank"); // the focus begins at the top
      await page.goto(new URL(view, address).href);
      await page.locator("main h1").waitFor();
      await until(async () => (await page.locator(".loading").count()) === 0, `${view} to be loaded`);
      let stops = 0;
      for (; stops < 90; stops++) {
        await page.keyboard.press("Tab");
        const found = await page.evaluate<Stop | null>(stop);
        if (found === null) break;
        const name = await page.locator(":focus").ariaSnapshot();
        expect([view, name, found.ring >= 2, found.isSeen]).toEqual([
          view,
          expect.stringMatching(named),
          true,
          true,
        ]);
      }
      expect([view, stops > 4, stops < 90]).toEqual([view, true, true]);
    }
  });

  test("goes from the list to a trial, and on", async () => {
    makeSampleDatabase(db);
    const { page } = await open(await serve());
    await page.getByRole("link", { name: "etth1" }).waitFor();
    await follow(page, "etth1");
    await page.getByRole("heading", { name: /etth1/ }).waitFor();
    await follow(page, "trials");
    await page.locator("table.trials").waitFor();
    await follow(page, "learning_rate");
    await until(async () => (await cells(page, 2)).join() === "3,0,4,1,2", "rising learning rates");
    await follow(page, "4");
    await page.getByRole("heading", { name: /Trial 4/ }).waitFor();
    // What had the focus is gone; the next stop is in the new view, not before the header again.
    await follow(page, "previous");
    await page.getByRole("heading", { name: /Trial 3/ }).waitFor();
  });

  test("selects by a condition, and opens a plot as a table", async () => {
    makeSampleDatabase(db);
    const { page } = await open(`${await serve()}#/s/etth1-k3y/space`);
    await page.locator("#slice-heading").waitFor();
    await follow(page, "add a condition");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await follow(page, "apply");
    await until(
      async () => (await page.locator(".count").textContent()) === "2 of 5 trials",
      "the complete ones",
    );
    await page.locator("#parallel-heading").waitFor();
    for (let i = 0; i < 20; i++) {
      await page.keyboard.press("Tab");
      if ((await page.locator(":focus").textContent())?.startsWith("as table")) break;
    }
    await page.keyboard.press("Enter");
    await page.locator("#parallel-table").waitFor();
  });
});
