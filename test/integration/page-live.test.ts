/** The page beside a study that runs. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import { startCli } from "../support/cli-process.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { added, attemptEnded, ended, newStudy, offered, reported } from "../support/study-writes.ts";
import { until } from "../support/until.ts";

import { cells, endServer, inChromium, open, serve } from "../support/page-per-test.ts";

const data = fileURLToPath(new URL("../../data/ETTh1.csv", import.meta.url));

inChromium("the page of a running study, in Chromium", () => {
  test("shows a trial as it appears, learns and ends, in every open page", async () => {
    const store = openStore(db);
    const study = store.createStudy(newStudy({ name: "live" }));
    const address = await serve();
    const [first, second] = [
      await open(`${address}#/s/${study.key}`),
      await open(`${address}#/s/${study.key}/trials`),
    ];
    await first.page.getByText("no trial yet").waitFor();
    store.record(study.id, [added(0, 4), offered(0, 1)], "process");
    store.record(
      study.id,
      [{ kind: "attempt_started", trial: 0, attempt: 1, worker: "local-1", engine: "e", at: 3 }],
      "process",
    );
    await first.page.getByText("epoch 0 of 4").waitFor();
    store.record(study.id, [reported(0, 1, 0, 0.5), reported(0, 1, 1, 0.4)], "process");
    await first.page.getByText("epoch 2 of 4").waitFor();
    await second.page.getByRole("cell", { name: "0.4000" }).waitFor();
    store.record(study.id, [attemptEnded(0, 1), ended(0)], "process");
    await second.page.getByRole("cell", { name: "complete" }).waitFor();
    store.setStudyState(study.id, "stopped", "enough for today", 9);
    await first.page.getByText("enough for today").waitFor();
    expect([...first.complaints, ...second.complaints]).toEqual([]);
    store.close();
  });

  test("says that the server is gone, and goes on when it is back", async () => {
    const store = openStore(db);
    const study = store.createStudy(newStudy({ name: "live" }));
    store.record(study.id, [added(0, 4)], "process");
    const address = await serve();
    const { page } = await open(`${address}#/s/${study.key}/trials`);
    await page.getByText("live", { exact: true }).first().waitFor();
    await endServer();
    await page.getByText("the server does not answer").waitFor();
    store.record(study.id, [added(1, 4)], "process");
    await serve({ port: Number(new URL(address).port) });
    await until(async () => (await cells(page, 2)).length === 2, "the trial that came meanwhile");
    await page.getByText("live", { exact: true }).first().waitFor();
    store.close();
  });

  test("follows a real sweep from its first trial to its verdict", async () => {
    const sweep = path.join(folder, "sweep.yaml");
    writeFileSync(
      sweep,
      `name: real
metric: { name: val_mse }
data: { file: ${JSON.stringify(data)}, targets: [OT], window: 12, horizon: 2, stride: 40, time: date }
parameters:
  hidden: { values: [2, 4] }
  learning_rate: { min: 0.001, max: 0.05, distribution: log_uniform }
budget: { trials: 6, epochs: 3 }
workers: 1
`,
    );
    const address = await serve();
    const { page, complaints } = await open(address);
    await page.getByText("There is no study yet").waitFor();
    const run = startCli(["run", sweep, "--db", db, "--plain"]);
    await page.getByRole("link", { name: "real" }).click();
    await page.getByText("all trials of the budget are done").waitFor();
    await page.locator(".verdict").waitFor();
    expect((await run.ended).how).toBe(0);
    await page.getByRole("link", { name: "trials" }).click();
    await until(async () => (await cells(page, 2)).length === 6, "six trials");
    await page.locator("table.trials a").first().click();
    await page.getByRole("heading", { name: /^Forecast against truth/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("shows a trial while it trains, and its end when it comes", async () => {
    const sweep = path.join(folder, "sweep.yaml");
    const mayEnd = path.join(folder, "may-end");
    const report = (epoch: number): string => `echo '{"epoch": ${epoch}, "val_loss": ${3 - epoch}}'`;
    const program = `${report(1)}; until test -e ${mayEnd}; do sleep 0.05; done; ${report(2)}`;
    writeFileSync(
      sweep,
      `name: held
program: { command: [/bin/sh, -c, ${JSON.stringify(program)}] }
metric: { name: val_loss }
parameters: { x: { values: [1] } }
method: grid
budget: { epochs: 2 }
workers: 1
`,
    );
    const { page, complaints } = await open(await serve());
    const run = startCli(["run", sweep, "--db", db, "--plain"]);
    await page.getByRole("link", { name: "held" }).click();
    await page.getByRole("heading", { name: "Training now" }).waitFor();
    await page.getByText("epoch 1 of 2").waitFor();
    writeFileSync(mayEnd, "");
    await page
      .getByRole("heading", { name: "Training now" })
      .waitFor({ state: "detached", timeout: 120_000 });
    expect((await run.ended).how).toBe(0);
    await page.getByRole("link", { name: "trials" }).click();
    await until(async () => (await cells(page, 2)).length === 1, "the one trial");
    expect(complaints).toEqual([]);
  });

  test("enqueues, stops and marks trials of a running sweep with the token, and offers nothing without", async () => {
    const sweep = path.join(folder, "sweep.yaml");
    writeFileSync(
      sweep,
      `name: long
metric: { name: val_mse }
data: { file: ${JSON.stringify(data)}, targets: [OT], window: 48, horizon: 2, time: date }
parameters:
  hidden: { values: [16] }
  learning_rate: { min: 0.001, max: 0.05, distribution: log_uniform }
budget: { trials: 2, epochs: 40000 }
workers: 1
`,
    );
    const run = startCli(["run", sweep, "--db", db, "--plain", "--no-model"]);
    const address = await serve({ token: "sixteen letters!", actions: true });
    const { page } = await open(address);
    await page.getByRole("link", { name: "long" }).click();
    await page.getByText(/epoch [1-9]\d* of 40000/).waitFor();
    const only = await open(`${await serve()}${new URL(page.url()).hash}`);
    await only.page.getByText(/epoch \d+ of 40000/).waitFor();
    expect(await only.page.getByRole("button", { name: /stop/ }).count()).toBe(0);
    expect(await only.page.getByRole("button", { name: /enqueue|invalid/ }).count()).toBe(0);
    await page.getByRole("button", { name: "enqueue a configuration" }).click();
    await page.getByRole("textbox").fill("hidden: 99\nlearning_rate: 0.004");
    await page.getByRole("button", { name: "enqueue", exact: true }).click();
    await page.getByText("hidden: found 99; allowed: 16").waitFor();
    await page.getByRole("textbox").fill("hidden: 16\nlearning_rate: 0.004");
    await page.getByRole("button", { name: "enqueue", exact: true }).click();
    await page.getByText("the next free worker of long trains it").waitFor();
    await page.getByRole("link", { name: "trial 0" }).last().click();
    await page.getByRole("button", { name: "stop this trial" }).click();
    await page.getByRole("button", { name: "yes, stop this trial" }).click();
    await page.locator("h1 .outcome.cancelled").waitFor();
    await page.getByRole("button", { name: "mark as invalid" }).click();
    await page.getByRole("textbox").fill("wrong file");
    await page.getByRole("button", { name: "mark it" }).click();
    await page.locator("h1 .outcome.invalid").waitFor();
    await page.getByRole("link", { name: "next" }).click();
    await page.getByText("enqueued later").waitFor();
    await page.getByText("0.004", { exact: true }).waitFor();
    await page.getByRole("link", { name: "study", exact: true }).click();
    await page.getByRole("button", { name: "stop the study" }).click();
    await page.getByRole("button", { name: "yes, stop the study" }).click();
    await page.locator("h1 .state.stopped").waitFor();
    await run.ended;
  });
});
