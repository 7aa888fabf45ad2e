import path from "node:path";
import { describe, expect, it } from "vitest";
import { createStudy, float } from "../../../orchestrator/index.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { makeSampleDatabase } from "../../support/sample-studies.ts";
import { labFolder, tell } from "./support.ts";

const cwd = labFolder();
makeSampleDatabase(path.join(cwd, "seqtune.db"));

describe("studies", () => {
  it("lists the newest first, with those whose process died without a word", async () => {
    const { stdout } = await tell(["studies"], { cwd });
    // The time is that of the machine's own zone.
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, "(time)")).toMatchInlineSnapshot(`
      "study  state                                       best  metric   trials  outcomes                                    started
      etth1  complete                                     0.3  val_mse       5  2 complete, 1 pruned, 1 diverged, 1 failed  (time)
      night  ended without a word: seqtune resume night     –  val_mse       1  1 unfinished                                (time)
      "
    `);
  });

  it("prints a JSON array, the oldest first", async () => {
    const { stdout } = await tell(["studies", "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject([
      { name: "night", state: "running", trials: 1, best: null, driven: false },
      { name: "etth1", state: "complete", trials: 5, best: 0.3, driven: false },
    ]);
  });

  it("takes one that waits to be asked for running, whether or not a process is there", async () => {
    const db = path.join(cwd, "asked.db");
    const space = { x: float(0, 1) };
    await (await createStudy({ name: "open", db, metric: "loss", space, budget: { trials: 3 } })).close();
    const { stdout } = await tell(["studies", "--db", "asked.db"], { cwd });
    expect(stdout).toMatch(/\nopen {3}running /);
  });

  it("says that an empty database is empty", async () => {
    openStore(path.join(cwd, "empty.db")).close();
    const { stdout, code } = await tell(["studies", "--db", "empty.db"], { cwd });
    expect({ stdout, code }).toEqual({
      stdout: "no studies in /lab/empty.db yet; start one with: seqtune run <sweep.yaml>\n",
      code: 0,
    });
    expect((await tell(["studies", "--db", "empty.db", "--json"], { cwd })).stdout).toBe("[]\n");
  });
});
