import path from "node:path";
import { describe, expect, it } from "vitest";
import { createStudy, float, type StudyOptions } from "../../orchestrator/index.ts";
import pc from "picocolors";
import { GoalOrder } from "../../orchestrator/cli/live/goal-order.ts";
import { rankingLines } from "../../orchestrator/cli/live/ranking.ts";
import { headLines } from "../../orchestrator/cli/live/render.ts";
import { findTrial } from "../../orchestrator/cli/find-trial.ts";
import { bestTrial } from "../../orchestrator/views/best-trial.ts";
import { leaderboardCsv, leaderboardMarkdown } from "../../orchestrator/views/leaderboard-export.ts";
import { SnapshotReader } from "../../orchestrator/views/read-snapshot.ts";
import { leaderboard } from "../../orchestrator/views/leaderboard.ts";
import { readPlotStudy } from "../../orchestrator/views/plot-study/read.ts";
import { plotOf } from "../../orchestrator/views/plots/plots.ts";
import { studyDelta, studySnapshot } from "../../orchestrator/views/page/study.ts";
import { trialView } from "../../orchestrator/views/trial.ts";
import { trialOf } from "../../page/src/data/page-trial.ts";
import { columnsOf, rowsOf, sortRows } from "../../page/src/table/columns.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { useFolder } from "../support/use-folder.ts";
import { tell } from "./cli/support.ts";

const place = useFolder();
const space = { x: float(0, 1) };

function options(more: Partial<StudyOptions<typeof space>> = {}): StudyOptions<typeof space> {
  return {
    name: "s",
    db: place.db,
    metrics: [{ name: "loss" }, { name: "size", goal: "minimize" }],
    constraints: ["ms < 10"],
    budget: { trials: 6 },
    space,
    ...more,
  };
}

/** loss, size and ms of six trials: 0, 1 and 3 are on the front; 2 is beaten by 1; 4 and 5 are too slow. */
const results = [
  { loss: 1, size: 9, ms: 1 },
  { loss: 2, size: 4, ms: 1 },
  { loss: 3, size: 5, ms: 1 },
  { loss: 4, size: 1, ms: 9 },
  { loss: 0.5, size: 1, ms: 10 },
  { loss: 0.1, size: 1, ms: 30 },
];

async function played(): Promise<void> {
  await using study = await createStudy(options());
  await study.optimize((trial) => results[trial.number]!);
}

describe("a study with two metrics and a constraint", () => {
  it("ranks on the page as on the leaderboard, with what each trial breaks", async () => {
    await played();
    const store = openStore(place.db);
    const study = store.findStudy("s")!;
    const { head, status, trials } = studySnapshot(store, study, false);
    const board = leaderboard(store, study);
    // A page that was open hears the same with whatever changes.
    const { status: heard } = studyDelta(store, study, false, store.place(study.id));
    store.close();
    const rows = rowsOf(
      trials.map((tuple) => trialOf(tuple, undefined)),
      head,
      status.goals,
    );
    expect(rows.map(({ trial, rank }) => [trial.number, rank])).toEqual(
      board.trials.map(({ number, goals }) => [number, goals!.rank]),
    );
    const columns = columnsOf(head, status, false);
    const texts = (id: string) => rows.map((row) => columns.find((column) => column.id === id)!.text(row));
    expect(texts("goal:size")).toEqual(["9", "4", "1", "5", "1", "1"]);
    expect(texts("goal:ms")).toEqual(["1", "1", "9", "1", "10", "30"]);
    expect(texts(":outcome").slice(3)).toEqual([
      "complete",
      "complete, infeasible: ms is 10.00, not < 10",
      "complete, infeasible: ms is 30.00, not < 10",
    ]);
    expect(sortRows(rows, columns, ":rank")).toEqual(rows);
    expect(heard.goals).toEqual(status.goals);
  });

  it("marks the front of its goals where two metrics stand beside each other", async () => {
    await played();
    const store = openStore(place.db);
    const plot = plotOf("pareto", readPlotStudy(store, store.findStudy("s")!, 0));
    store.close();
    expect(plot.heading).toBe("loss against size");
    expect(plot.sentence).toBe(
      "3 of 6 trials are on the front by loss, size; 2 break a constraint or lack a metric.",
    );
    expect(plot.table.rows).toEqual([
      [0, 9, 1, "yes"],
      [1, 4, 2, "yes"],
      [2, 5, 3, "no"],
      [3, 1, 4, "yes"],
      [4, 1, 0.5, "no"],
      [5, 1, 0.1, "no"],
    ]);
    const [panel] = plot.panels;
    expect(panel?.kind === "xy" && panel.marks.find(({ kind }) => kind === "line")).toMatchObject({
      xs: [1, 4, 9],
      ys: [4, 2, 1],
    });
  });

  it("is watched in the order of its goals, without a rank for what breaks the constraint", async () => {
    await played();
    const store = openStore(place.db);
    const snapshot = new SnapshotReader(store).read(store.findStudy("s")!, { driven: false, now: 0 });
    store.close();
    expect(snapshot.ranked.map(({ number, rank }) => [number, rank])).toEqual([
      [0, 1],
      [1, 1],
      [3, 1],
      [2, 2],
      [4, null],
      [5, null],
    ]);
    const colors = pc.createColors(false);
    const [head, , best] = headLines({ snapshot, now: 0, columns: 120, colors });
    expect(head).toContain("loss, minimize · by loss, size, only with ms < 10");
    expect(best).toContain("best loss 1 · trial 0");
    const ranked = rankingLines(snapshot, { columns: 120, rows: 20, colors });
    expect(ranked.slice(1).map((line) => line.slice(0, 10).trim().split(/ +/))).toMatchObject([
      ["1", "0"],
      ["1", "1"],
      ["1", "3"],
      ["2", "2"],
      ["4"],
      ["5"],
    ]);
  });

  it("is ranked by its goals while it runs, read again after a second at the soonest", async () => {
    await using study = await createStudy(options());
    study.tell({ x: 0.5 }, { loss: 0.1, size: 1, ms: 30 });
    const order = new GoalOrder(place.db, "s");
    const numbers = (now: number) => order.read(now)!.ranked.map(({ number, rank }) => [number, rank]);
    expect(numbers(0)).toEqual([[0, null]]);
    study.tell({ x: 0.6 }, { loss: 9, size: 9, ms: 1 });
    expect(numbers(999)).toEqual([[0, null]]);
    expect(numbers(60_000)).toEqual([
      [1, 1],
      [0, null],
    ]);
    expect(order.read(60_001)!.goals).toBe("by loss, size, only with ms < 10");
    order.close();
  });

  it("ranks by non-domination, with what breaks the constraint behind and never best", async () => {
    await played();
    const store = openStore(place.db);
    const study = store.findStudy("s")!;
    expect(bestTrial(store, study)?.number).toBe(0);
    const { goals, ...view } = trialView(store, study, store.trial(study.id, 4)!, () => null);
    expect(view.value).toBe(0.5);
    expect(goals).toEqual({
      values: { loss: 0.5, size: 1, ms: 10 },
      rank: null,
      front: false,
      feasible: false,
      broken: ["ms is 10.00, not < 10"],
    });
    store.close();
    await using asked = await createStudy(options());
    const board = asked.leaderboard();
    expect(board.goals).toEqual({
      metrics: [
        { name: "loss", goal: "minimize" },
        { name: "size", goal: "minimize" },
      ],
      constraints: ["ms < 10"],
      front: [0, 1, 3],
    });
    expect(board.trials.map(({ number, goals: its }) => [number, its?.rank])).toEqual([
      [0, 1],
      [1, 1],
      [3, 1],
      [2, 2],
      [4, null],
      [5, null],
    ]);
    expect(leaderboardCsv(board).split("\n")[0]).toContain("rank,front,feasible,size,ms,metric,goal,x");
    expect(leaderboardMarkdown(board)).toContain("| complete, infeasible |");
  });

  it("says on the leaderboard what is on the front and what is infeasible", async () => {
    await played();
    const { stdout } = await tell(["leaderboard", "s", "--db", place.db], {
      cwd: path.dirname(place.db),
      columns: 400,
    });
    expect(stdout).toContain("loss, lower is better; size, lower is better; only with ms < 10");
    expect(stdout).toContain(
      "rank 1 is the Pareto front, 3 trials that no other beats in all of them; best is its trial with the best loss, 0",
    );
    expect(stdout).toContain("infeasible: trial 4: ms is 10.00, not < 10; trial 5: ms is 30.00, not < 10");
    const shown = await tell(["show", "s", "3", "--db", place.db], { cwd: path.dirname(place.db) });
    expect(shown.stdout).toContain("at that epoch: loss 4, size 1, ms 9; on the Pareto front");
  });

  it("has no best trial while none keeps the constraints", async () => {
    await using study = await createStudy(options({ budget: { trials: 1 } }));
    await study.optimize(() => ({ loss: 1, size: 1, ms: 99 }));
    const store = openStore(place.db);
    const found = store.findStudy("s")!;
    expect(bestTrial(store, found)).toBeNull();
    expect(() => findTrial(store, found, "best", "export")).toThrow(
      "no trial of study s is feasible, so none is the best; give a trial's number, or see what they break: seqtune leaderboard s",
    );
    store.close();
  });

  it("wants every metric in every report, on the command line, too", async () => {
    await using study = await createStudy(options());
    await expect(study.optimize(() => ({ loss: 1, ms: 2 }))).rejects.toThrow(
      "trial 0 said nothing about size; it said: loss, ms",
    );
    expect(() => study.tell({ x: 0.5 }, 3)).toThrow("the result said nothing about size, ms; it said: loss");
    const cwd = path.dirname(place.db);
    await tell(["ask", "s", "--db", place.db], { cwd });
    const short = await tell(["tell", "s", "1", "--complete", "0.5", "--db", place.db], { cwd });
    expect(short.stderr).toContain("trial 1 said nothing about size, ms; it said: loss");
    const whole = await tell(["tell", "s", "1", "--complete", "loss:0.5,size:2,ms:3", "--db", place.db], {
      cwd,
    });
    expect(whole.stdout).toBe("complete\n");
    expect(study.leaderboard().goals?.front).toEqual([1]);
  });

  it("cannot be opened with other goals", async () => {
    await played();
    await expect(createStudy(options({ constraints: ["ms < 11"] }))).rejects.toThrow(
      'a study named "s" exists and differs in its constraints; choose another name',
    );
  });
});
