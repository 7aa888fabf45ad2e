/** `run --dashboard`: the page beside the run, for as long as the run lives. */
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { startCli } from "../support/cli-process.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { send } from "../support/http.ts";
import type { Script } from "../support/script.ts";
import { found, until } from "../support/until.ts";

/** A study whose first trial waits until it is let go. */
function start(): Script {
  const file = path.join(folder, "sweep.yaml");
  const script = "touch begun; until test -e go; do sleep 0.05; done; echo '{\"val_loss\": 1}'";
  writeFileSync(path.join(folder, "train.sh"), script);
  writeFileSync(
    file,
    "name: s\nprogram: {command: [/bin/sh, train.sh]}\nmetric: {name: val_loss}\nparameters: {x: {values: [1, 2]}}\nmethod: grid\nworkers: 1\n",
  );
  return startCli(["run", file, "--db", db, "--plain", "--dashboard"]);
}

async function addressOf(script: Script): Promise<string> {
  return await found(
    () =>
      script.lines.map((line) => /dashboard: (http:\S+)/.exec(line)?.[1]).find((one) => one !== undefined),
    "the dashboard's address",
  );
}

async function isGone(address: string): Promise<boolean> {
  return await send(address, "/api/studies").then(
    () => false,
    () => true,
  );
}

describe("run --dashboard", () => {
  it("says once where the page is, which shows the study live and ends with the run", async () => {
    const running = start();
    const address = await addressOf(running);
    await until(() => existsSync(path.join(folder, "begun")), "the first trial");
    const shown = await send(address, "/api/studies");
    expect(shown.status).toBe(200);
    expect(JSON.parse(shown.text)).toMatchObject([{ name: "s", state: "running" }]);
    writeFileSync(path.join(folder, "go"), "");
    expect(await running.ended).toMatchObject({ how: 0 });
    expect(running.lines.filter((line) => line.includes(address))).toHaveLength(1);
    await until(() => isGone(address), "the end of the dashboard");
  });

  it("ends with a run that is killed", async () => {
    const running = start();
    const address = await addressOf(running);
    running.kill("SIGKILL");
    writeFileSync(path.join(folder, "go"), "");
    await until(() => isGone(address), "the end of the dashboard");
  });
});
