/**
 * Pictures of every view of the dashboard, light and dark, on a screen and on a phone, for the docs.
 *
 *   npx tsx scripts/dashboard-pictures.ts DATABASE STUDY TRIAL [OTHER STUDY]
 */
import { localDashboard } from "../test/support/local-dashboard.ts";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startDashboard } from "../orchestrator/dashboard/server.ts";
import { openPage, startBrowser } from "../test/support/browser.ts";
import { until } from "../test/support/until.ts";

const [db = "seqtune.db", study = "", trial = "0", other = study] = process.argv.slice(2);
const folder = fileURLToPath(new URL("../docs/images/dashboard/", import.meta.url));
mkdirSync(folder, { recursive: true });

const at = `#/s/${encodeURIComponent(study)}`;
const views: Readonly<Record<string, string>> = {
  studies: "#/",
  study: at,
  curves: `${at}/curves`,
  trials: `${at}/trials`,
  space: `${at}/space`,
  importance: `${at}/space?plot=importance`,
  trial: `${at}/trial/${trial}`,
  workers: `${at}/workers`,
  compare: `#/compare?with=${encodeURIComponent(study)}&with=${encodeURIComponent(other)}`,
};

const server = await startDashboard({
  db: path.resolve(db),
  ...localDashboard,
});
const browser = await startBrowser();
for (const [width, height] of [
  [1440, 900],
  [390, 844],
] as const)
  for (const colorScheme of ["light", "dark"] as const)
    for (const [name, hash] of Object.entries(views)) {
      const viewport = { width, height };
      const { page, complaints } = await openPage(browser, server.address + hash, { viewport, colorScheme });
      await page.locator("main h1").waitFor();
      await page.getByText("live", { exact: true }).first().waitFor();
      await until(async () => (await page.locator(".loading").count()) === 0, `${name} to be loaded`);
      // Importance is its own plot, below the parallel coordinates.
      if (name === "importance") await page.locator("#importance-heading").scrollIntoViewIfNeeded();
      if (name === "importance") await page.mouse.wheel(0, 700);
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${folder}${name}-${width}-${colorScheme}.png` });
      if (complaints.length > 0) console.log(name, width, colorScheme, complaints);
      await page.context().close();
    }
await browser.close();
await server.close();
