import axe from "axe-core";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readAssets } from "../../orchestrator/dashboard/assets.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { db } from "../support/folder-per-test.ts";
import { oddStudies } from "../support/odd-studies.ts";
import { addEtth1, makeSampleDatabase } from "../support/sample-studies.ts";
import { added, attemptEnded, newStudy, offered, reported } from "../support/study-writes.ts";
import { until } from "../support/until.ts";

import { cells, inChromium, open, serve } from "../support/page-per-test.ts";

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

test("the page is at most 80 kB of script, gzipped", () => {
  const assets = readAssets();
  const scripts = [...assets].filter(([name]) => name.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(0);
  const size = scripts.reduce((sum, [, { bytes }]) => sum + gzipSync(bytes).length, 0);
  expect(size).toBeLessThanOrEqual(80_000);
});

inChromium("the page, in Chromium", () => {
  const views = ["", "/curves", "/trials", "/space", "/workers", "/trial/0"];
  const plots = ["slice", "importance", "contour", "pareto", "failures", "edf", "lr"];

  test.each(Object.entries(oddStudies))("shows without a complaint: %s", async (_name, make) => {
    const store = openStore(db);
    const { key } = make(store);
    store.close();
    const address = await serve();
    const { page, complaints } = await open(address);
    for (const view of [...views, ...plots.map((plot) => `/space?plot=${plot}`)]) {
      await page.goto(`${address}#/s/${key}${view}`);
      await page.locator("main h1, main .trouble").first().waitFor();
      await until(async () => (await page.locator(".loading").count()) === 0, `${view} to be loaded`);
      // Every plot has a sentence, above all where it has nothing to draw.
      for (const words of await page.locator(".figure > .says").allTextContents())
        expect(words).toMatch(/\S.*\.$/s);
    }
    const isMissing = (text: string) => text.includes("404") && make === oddStudies["no trial"];
    expect(complaints.filter((text) => !isMissing(text))).toEqual([]);
    expect(await page.locator("main script").count()).toBe(0);
  });

  test("sorts, filters and takes columns away, and another tab shows the same", async () => {
    makeSampleDatabase(db);
    const { page, complaints } = await open(`${await serve()}#/s/etth1-k3y/trials`);
    await until(async () => (await cells(page, 2)).join() === "0,4,1,2,3", "the ranking");
    await page.getByRole("button", { name: "learning_rate" }).click();
    await until(async () => (await cells(page, 2)).join() === "3,0,4,1,2", "rising learning rates");
    await page.getByRole("button", { name: "learning_rate" }).click();
    await until(async () => (await cells(page, 2)).join() === "2,1,4,0,3", "falling learning rates");
    await page.getByRole("button", { name: "add a condition" }).click();
    await page.getByLabel("complete").check();
    await page.getByLabel("pruned").check();
    await page.getByRole("button", { name: "apply" }).click();
    await until(async () => (await cells(page, 2)).join() === "1,4,0", "complete and pruned ones");
    expect(await page.locator(".count").textContent()).toBe("3 of 5 trials");
    await page.getByText("columns", { exact: true }).click();
    await page.getByLabel("skill").uncheck();
    const second = await open(page.url());
    await until(async () => (await cells(second.page, 2)).join() === "1,4,0", "the same in another tab");
    expect(await second.page.getByRole("columnheader", { name: "skill" }).count()).toBe(0);
    await second.page.getByRole("button", { name: /remove/ }).click();
    await until(async () => (await cells(second.page, 2)).length === 5, "all trials again");
    expect([...complaints, ...second.complaints]).toEqual([]);
  });

  test("brushes an axis: the same selection in plots, table and address, and as YAML", async () => {
    const store = openStore(db);
    const { key } = oddStudies["one parameter"]!(store);
    store.close();
    const { page, complaints } = await open(`${await serve()}#/s/${key}/space`);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const strip = page.locator(".strip").first();
    await strip.scrollIntoViewIfNeeded();
    const box = (await strip.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.1);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.5, { steps: 4 });
    await page.mouse.up();
    await until(async () => (await page.locator(".count").textContent())!.includes("of 12"), "a selection");
    expect(new URL(page.url()).hash).toMatch(/where=learning_rate%7E[\d.e-]+%7E[\d.e-]+/);
    const words = await page.locator(".count").textContent();
    const chosen = Number(words!.split(" ")[0]);
    expect(chosen).toBeGreaterThan(2);
    expect(chosen).toBeLessThan(9);
    await page.getByRole("button", { name: "copy as YAML" }).click();
    await page.getByText("copied").waitFor();
    const yaml = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(yaml).toMatch(
      /^parameters:\n {2}learning_rate: \{ min: [\d.e-]+, max: [\d.]+, distribution: log_uniform \}\n$/,
    );
    await page.getByRole("link", { name: "trials" }).click();
    await until(async () => (await cells(page, 2)).length === chosen, "the same trials in the table");
    expect(complaints).toEqual([]);
  });

  test("shows what matters among the best, and keeps that in the address", async () => {
    const store = openStore(db);
    const { key } = oddStudies["one parameter"]!(store);
    store.close();
    const { page, complaints } = await open(`${await serve()}#/s/${key}/space?plot=importance`);
    await page.getByRole("heading", { name: "Importance of parameters for val_mse" }).waitFor();
    const among = page.getByRole("combobox", { name: /among/ });
    await among.selectOption({ label: "the best 10 %" });
    await page.getByText("Importance among so few of the best needs 80 trials").waitFor();
    expect(page.url()).toContain("best=10");
    const second = await open(page.url().replace("best=10", "best=75"));
    await second.page
      .getByRole("heading", { name: "Importance of parameters for val_mse, among the best 75 %" })
      .waitFor();
    expect(await second.page.getByRole("combobox", { name: /among/ }).inputValue()).toBe("75");
    await among.selectOption({ label: "all trials" });
    await page
      .getByText(/foresees .* of what trials it has not seen come to/)
      .first()
      .waitFor();
    expect(page.url()).not.toContain("best=");
    expect([...complaints, ...second.complaints]).toEqual([]);
  });

  test("shows a GPU with its lanes as one worker", async () => {
    const store = openStore(db);
    const { id } = store.createStudy(newStudy({ name: "lanes" }));
    const lanes = ["gpu0", "gpu0-lane2", "gpu0-lane3"];
    const worker = { host: "lab7", pid: 1, version: "1", engine: "cuda/H200", labels: {} };
    store.saveWorkers(
      id,
      lanes.map((lane) => ({ ...worker, id: lane, firstSeen: 1, lastSeen: 1 })),
    );
    for (const [trial, lane] of lanes.entries()) {
      const ref = { trial, attempt: 1 };
      store.record(
        id,
        [
          added(trial),
          offered(trial, 1),
          { kind: "attempt_started", ...ref, worker: lane, engine: "cuda/H200", at: 10 },
          reported(trial, 1, 0, 0.4),
          ...(trial === 0 ? [] : [attemptEnded(trial, 1, "complete")]),
        ],
        "process",
      );
    }
    store.close();
    const { page, complaints } = await open(`${await serve()}#/s/lanes-k3y/workers`);
    await page.getByText("1 of 3 lanes train").waitFor();
    const rows = page.locator("main .scroll tbody tr").filter({ hasText: "gpu0" });
    expect(await rows.count()).toBe(1);
    expect((await rows.locator("td, th").allTextContents()).slice(0, 3)).toEqual([
      "gpu0, 1 of 3 lanes train",
      "cuda/H200",
      "3",
    ]);
    expect(complaints).toEqual([]);
  });

  test("compares studies that are marked in the list", async () => {
    const store = openStore(db);
    oddStudies["one parameter"]!(store);
    oddStudies["an outlier"]!(store);
    store.close();
    const { page, complaints } = await open(await serve());
    await page.getByLabel("compare one-parameter").check();
    await page.getByLabel("compare an-outlier").check();
    await page.getByRole("link", { name: "compare 2" }).click();
    await page.getByRole("heading", { name: "Best val_mse so far, of 2 studies" }).waitFor();
    await page
      .getByText(/comes to .* comes to/)
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });

  test("works under the prefix of a proxy, and with a token that leaves the address", async () => {
    makeSampleDatabase(db);
    const { page, complaints } = await open(
      await serve({ prefix: "/lab/seqtune", token: "sixteen letters!" }),
    );
    await page.getByRole("link", { name: "etth1" }).waitFor();
    expect(page.url()).not.toContain("token");
    await page.getByRole("link", { name: "etth1" }).click();
    await page.getByText("all 5 trials of the budget are done").waitFor();
    expect(complaints).toEqual([]);
  });

  test.each(["light", "dark"] as const)(
    "has no serious issue of accessibility in %s",
    async (colorScheme) => {
      const store = openStore(db);
      addEtth1(store);
      store.close();
      const address = await serve();
      const { page } = await open(address, { colorScheme });
      const places = [...views, ...plots.map((plot) => `/space?plot=${plot}`)].map(
        (one) => `#/s/etth1-k3y${one}`,
      );
      for (const view of ["#/", ...places, "#/compare?with=etth1-k3y"]) {
        await page.goto(`${address}${view}`);
        await page.locator("main h1").waitFor();
        await until(async () => (await page.locator(".loading").count()) === 0, `${view} to be loaded`);
        // By the browser's debugger, which the page's policy does not bind.
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<AxeResult>("axe.run()");
        const found = violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
        expect([view, found]).toEqual([view, []]);
      }
    },
  );
});
