import path from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "../../../storage/sqlite/open.ts";
import { makeSampleDatabase } from "../../support/sample-studies.ts";
import { repeatWrite } from "../../../orchestrator/repeats/recorded.ts";
import { newStudy, wholeTrial } from "../../support/study-writes.ts";
import { labFolder, tell } from "./support.ts";

const cwd = labFolder();
makeSampleDatabase(path.join(cwd, "seqtune.db"));

describe("leaderboard for programs", () => {
  it("prints one JSON object whose shape does not change", async () => {
    const { stdout } = await tell(["leaderboard", "etth1", "--json"], { cwd });
    const board: unknown = JSON.parse(stdout);
    expect(board).toMatchObject({
      study: "etth1",
      state: "complete",
      metric: "val_mse",
      goal: "minimize",
      baseline: { name: "season ago", value: 0.41 },
      counts: {
        running: 0,
        paused: 0,
        complete: 2,
        pruned: 1,
        diverged: 1,
        failed: 1,
        cancelled: 0,
        invalid: 0,
      },
      trials: [
        {
          number: 0,
          outcome: "complete",
          value: 0.3,
          skill: expect.closeTo(1 - 0.3 / 0.41, 12) as number,
          params: { layers: 1, hidden: 32, optimizer: "adam", learning_rate: 0.005, batch_size: 256 },
          epochs: 3,
          attempts: 1,
          reason: null,
        },
        { number: 4, outcome: "complete", value: 0.35, epochs: 3, attempts: 2 },
        { number: 1, outcome: "pruned", value: 0.55 },
        {
          number: 2,
          outcome: "diverged",
          value: null,
          skill: null,
          reason: expect.stringContaining("12") as string,
        },
        { number: 3, outcome: "failed", value: null, epochs: 0, attempts: 3 },
      ],
    });
  });

  it("prints every digit as CSV", async () => {
    const { stdout } = await tell(["leaderboard", "etth1", "--csv", "--top", "2"], { cwd });
    expect(stdout.replaceAll("\r\n", "\n")).toMatchInlineSnapshot(`
      "number,outcome,value,skill,best_epoch,last_value,epochs,attempts,reason,metric,goal,layers,hidden,optimizer,learning_rate,batch_size
      0,complete,0.3,0.2682926829268293,3,0.3,3,1,,val_mse,minimize,1,32,adam,0.005,256
      4,complete,0.35,0.14634146341463417,2,0.36,3,2,,val_mse,minimize,1,16,adam,0.01,256
      "
    `);
  });

  it("prints a Markdown table", async () => {
    const { stdout } = await tell(["leaderboard", "etth1", "--markdown"], { cwd });
    expect(stdout).toMatchInlineSnapshot(`
      "| # | trial | outcome | val_mse | skill | epoch | layers | hidden | optimizer | learning_rate |
      |---|---|---|---|---|---|---|---|---|---|
      | 1 | 0 | complete | 0.3000 | +27% | 3/3 | 1 | 32 | adam | 0.005 |
      |  |  | (linear) | 0.3300 | +20% |  |  |  |  |  |
      | 2 | 4 | complete | 0.3500 | +15% | 2/3 | 1 | 16 | adam | 0.01 |
      |  |  | (season ago) | 0.4100 | 0% |  |  |  |  |  |
      |  |  | (repeat last) | 0.5000 | -22% |  |  |  |  |  |
      | 3 | 1 | pruned | 0.5500 | -34% | 2/2 | 0 |  | rmsprop | 0.05 |
      |  | 2 | diverged | – | – | 2 | 1 | 8 | adam | 1 |
      |  | 3 | failed | – | – | 0 | 1 | 16 | adam | 0.0004 |
      "
    `);
  });

  it("has the repeats in a Markdown table, too", async () => {
    const store = openStore(path.join(cwd, "repeats.db"));
    const study = store.createStudy(
      newStudy({ name: "again", baselines: [], config: { repeats: { top: 1, seeds: 2 } } }),
    );
    const at = 1;
    store.record(study.id, wholeTrial(0, [0.5, 0.3]), "process");
    for (const [index, value] of [0.31, 0.35].entries()) {
      const trial = index + 1;
      const again = repeatWrite({ trial, of: 0, seed: trial }, at);
      store.record(study.id, [...wholeTrial(trial, [value]), again], "process");
    }
    store.close();
    const { stdout } = await tell(["leaderboard", "--markdown", "--db", "repeats.db"], { cwd });
    const [head, , row] = stdout.split("\n");
    expect(head).toContain("| epoch | repeats |");
    expect(row).toContain("| 2/2 | 0.3300 ± 0.25 \\* |");
  });

  it("sorts by number and by a parameter, without ranks", async () => {
    const order = async (sort: string): Promise<number[]> => {
      const { stdout } = await tell(["leaderboard", "etth1", "--json", "--sort", sort], { cwd });
      return (JSON.parse(stdout) as { trials: { number: number }[] }).trials.map(({ number }) => number);
    };
    expect(await order("number")).toEqual([0, 1, 2, 3, 4]);
    expect(await order("learning_rate")).toEqual([3, 0, 4, 1, 2]);
    expect(await order("hidden")).toEqual([2, 4, 3, 0, 1]);
    const { stdout } = await tell(["leaderboard", "etth1", "--sort", "number"], { cwd });
    expect(stdout).toMatch(/\n +0 {2}complete/);
  });
});
