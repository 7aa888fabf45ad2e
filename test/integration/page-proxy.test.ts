/** The page behind a reverse proxy, under another name and a path. */
import { afterEach, expect, test } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import { db } from "../support/folder-per-test.ts";
import { endServer, inChromium, open, serve } from "../support/page-per-test.ts";
import { startProxy, type ReverseProxy } from "../support/reverse-proxy.ts";
import { added, newStudy, offered, reported } from "../support/study-writes.ts";

let proxy: ReverseProxy | null = null;
afterEach(async () => {
  await proxy?.close();
  proxy = null;
});

const token = "sixteen letters!";
const prefix = "/lab/seqtune";

inChromium("the page behind a reverse proxy, in Chromium", () => {
  test.each([
    ["that passes its path on", { keeps: true, prefix }],
    ["that takes its path away", { keeps: false, prefix: "" }],
  ])("hears what is new, acts, and recovers, behind one %s", async (_name, { keeps, prefix: told }) => {
    const store = openStore(db);
    const study = store.createStudy(newStudy({ name: "far" }));
    store.record(study.id, [added(0, 4), offered(0, 1)], "process");
    const behind = { allowedHosts: ["lab.localhost"], prefix: told, token, actions: true };
    const address = await serve(behind);
    proxy = await startProxy(address, { prefix, keeps });
    const { page, complaints } = await open(`${proxy.address}?token=${encodeURIComponent(token)}`);
    await page.getByRole("link", { name: "far" }).click();
    await page.getByText("live", { exact: true }).first().waitFor();
    expect(page.url()).toContain(`${proxy.address}#/s/`);
    await page.getByRole("link", { name: "trials" }).click();
    store.record(study.id, [reported(0, 1, 0, 0.4375)], "process");
    await page.getByRole("cell", { name: "0.4375" }).waitFor();
    await page.getByRole("link", { name: "0", exact: true }).click();
    await page.getByRole("button", { name: "stop this trial" }).click();
    await page.getByRole("button", { name: "yes, stop this trial" }).click();
    await page.locator("h1 .outcome.cancelled").waitFor();
    expect(complaints).toEqual([]);
    await endServer();
    await page.getByText("the server does not answer").waitFor();
    await serve({ ...behind, port: Number(new URL(address).port) });
    await page.getByText("live", { exact: true }).first().waitFor();
    store.close();
  });
});
