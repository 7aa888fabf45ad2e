/**
 * The dashboard with a large study, in Chromium: how soon it shows, how fast it sorts and brushes, what memory it takes; and how
 * much open pages slow a sweep that runs beside.
 *
 *   npx tsx bench/page.ts [--trials 20000] [--epochs 20] [--turns 3] [--python python3]
 *
 * Needs a build (npm run build) and Chromium. With `--python` that has optuna-dashboard, the time its API takes to answer the
 * same study stands beside. `--turns 0` leaves the sweeps out.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { chromiumPath, startBrowser } from "../test/support/browser.ts";
import { machineLine } from "./machine.ts";
import { makeLargeStudy } from "../test/support/large-study.ts";
import { measureOptuna, measureOwn } from "./page/optuna.ts";
import { measurePage } from "./page/measure.ts";
import { serve } from "./page/serve.ts";
import { measureSweeps } from "./page/sweeps.ts";

const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "20000" },
    epochs: { type: "string", default: "20" },
    turns: { type: "string", default: "3" },
    python: { type: "string" },
  },
});
const [trials, epochs, turns] = [Number(values.trials), Number(values.epochs), Number(values.turns)];

if (chromiumPath === null) {
  console.log("The page is not measured: there is no Chromium here (SEQTUNE_CHROMIUM names one).");
  process.exit();
}

const folder = mkdtempSync(path.join(tmpdir(), "seqtune-page-"));
const browser = await startBrowser();
try {
  const db = path.join(folder, "large.db");
  const key = makeLargeStudy(db, trials, epochs);
  console.log(
    `# The page\n\n${machineLine()}, \`npx tsx bench/page.ts --trials ${trials} --epochs ${epochs} --turns ${turns}\`\n`,
  );
  console.log(
    `A study of ${trials} trials of ${epochs} epochs and 8 parameters, which has ended.\n\n| what | measured | wanted |\n|---|---|---|`,
  );
  const server = await serve(db);
  for (const line of await measurePage(browser, server.address, key)) console.log(line);
  server.stop();
  if (values.python !== undefined)
    console.log(`\n${await measureOwn(db, key)}\n${measureOptuna(values.python, db, folder)}`);
  if (turns > 0) {
    console.log(
      `\nThe same short sweep (2 workers) in turns, ${turns} of each, seconds: median (all).\n\n| beside it | seconds | against none | processor time of the sweep, s | of the server, against it | of the browser, against it |\n|---|---|---|---|---|---|`,
    );
    for (const line of await measureSweeps(browser, folder, turns)) console.log(line);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
