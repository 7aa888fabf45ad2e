import pc from "picocolors";
import type { Attempt } from "../../../storage/store.ts";
import { describe, expect, it } from "vitest";
import { watchFrame, type WatchFrame } from "../../../orchestrator/cli/watch/frame.ts";
import { keysOf } from "../../../orchestrator/cli/watch/screen.ts";
import { firstState, listOf, press, type WatchState } from "../../../orchestrator/cli/watch/state.ts";
import { studyWorkersText } from "../../../orchestrator/cli/text/study-workers.ts";
import { studyWorkers } from "../../../orchestrator/views/study-workers.ts";
import type { SeenTrial, Snapshot } from "../../../orchestrator/views/snapshot.ts";

const trial = (number: number, value: number | null, more: Partial<SeenTrial> = {}): SeenTrial => ({
  number,
  params: { hidden: number },
  state: "complete",
  value,
  bestEpoch: 1,
  epochs: 2,
  curve: [value],
  worker: null,
  ...more,
});

const running = trial(7, 0.35, { state: "running", worker: "local-1", epochs: 1 });
const snapshot: Snapshot = {
  study: "etth1",
  metric: "val_mse",
  goal: "minimize",
  baselines: [{ name: "repeat last", value: 0.5, naive: true }],
  startedAt: 0,
  ended: null,
  counts: { complete: 3, pruned: 0, diverged: 0, failed: 0, cancelled: 0, invalid: 0, running: 2, paused: 0 },
  done: 3,
  budget: 10,
  repeats: 0,
  repeatsEnded: 0,
  epochs: 2,
  ranked: [trial(2, 0.3), running, trial(0, 0.4), trial(1, 0.6)],
  running: [running, trial(8, null, { state: "running", worker: "local-2", epochs: 0 })],
  workers: 2,
  left: 60_000,
};

function pressed(keys: readonly string[], from: WatchState = firstState): WatchState {
  return keys.reduce((state, key) => press(state, key, snapshot).state, from);
}

function lines(state: WatchState, more: Partial<WatchFrame> = {}): readonly string[] {
  const colors = pc.createColors(false);
  const frame = { snapshot, state, now: 5000, columns: 100, rows: 30, colors, detailLines: [] };
  return watchFrame({ ...frame, ...more });
}

describe("the keys of seqtune watch", () => {
  it("mark trials down the ranking and up again, and stay on it", () => {
    expect(pressed(["j"]).selected).toBe(2);
    expect(pressed(["j", "\u001b[B"]).selected).toBe(7);
    expect(pressed(["j", "j", "k"]).selected).toBe(2);
    expect(pressed(["j", "k", "k"]).selected).toBe(2);
    expect(pressed(["G"]).selected).toBe(1);
    expect(pressed(["j", "\u001b[6~"]).selected).toBe(1);
  });

  it("sort by rank, number, epochs and state in turn", () => {
    expect(listOf(snapshot, pressed(["s"]).sort).map(({ number }) => number)).toEqual([8, 7, 2, 1, 0]);
    expect(listOf(snapshot, pressed(["s", "s"]).sort).map(({ number }) => number)).toEqual([2, 0, 1, 7, 8]);
    expect(
      listOf(snapshot, pressed(["s", "s", "s"]).sort)
        .map(({ state }) => state)
        .at(-1),
    ).toBe("running");
    expect(pressed(["s", "s", "s", "s"]).sort).toBe("rank");
  });

  it("open a trial, scroll in it, and go back", () => {
    const open = pressed(["j", "\r"]);
    expect(open.open).toEqual({ trial: 2, scroll: 0 });
    expect(pressed(["j", "j", "k"], open).open).toEqual({ trial: 2, scroll: 1 });
    expect(pressed(["\u001b"], open).open).toBeNull();
    const best = pressed(["\r"]);
    expect(best.open?.trial).toBe(2);
  });

  it("stop only after a yes, and only a trial that runs", () => {
    expect(press(pressed(["j"]), "x", snapshot)).toMatchObject({
      effect: null,
      state: { asking: null, message: "mark a running trial first: only those can be stopped" },
    });
    const asking = pressed(["j", "j", "x"]);
    expect(asking.asking).toEqual({ trial: 7 });
    expect(lines(asking).at(-1)).toBe("stop trial 7? y stops it, any other key does not");
    expect(press(asking, "n", snapshot)).toMatchObject({
      effect: null,
      state: { message: "nothing was stopped" },
    });
    expect(press(asking, "q", snapshot).effect).toBeNull();
    expect(press(asking, "y", snapshot).effect).toEqual({ kind: "stop", trial: 7 });
    expect(press(pressed(["X"]), "y", snapshot).effect).toEqual({ kind: "stop", trial: null });
  });

  it.each(["q", "\u0003"])("quit with %j from everywhere", (key) => {
    for (const state of [firstState, pressed(["j", "\r"]), pressed(["?"])])
      expect(press(state, key, snapshot).effect).toEqual({ kind: "quit" });
  });

  it("are separated in what was typed at once", () => {
    expect(keysOf("jj\u001b[B\u001bOAq")).toEqual(["j", "j", "\u001b[B", "\u001bOA", "q"]);
    expect(keysOf("\u001b")).toEqual(["\u001b"]);
    expect(keysOf("\u001b[5~é")).toEqual(["\u001b[5~", "é"]);
  });
});

describe("the screen of seqtune watch", () => {
  it("shows head, ranking with baselines, what runs, and the keys", () => {
    const shown = lines(firstState, { rows: 16, columns: 70 });
    expect(shown.join("\n")).toMatchInlineSnapshot(`
      "etth1  val_mse, minimize · 2 workers · 5.0 s
      ███████░░░░░░░░░░░░░░ 3/10 trials (3 complete) · about 1 min 00 s left
      best val_mse 0.3 (skill +40% against repeat last 0.5) · trial 2: hidd…

      #  trial  state          val_mse  skill  epoch  curve  hidden
      1      2  complete        0.3000   +40%    1/2  ▁           2
      2      7  running         0.3500   +30%    1/1  ▁           7
      3      0  complete        0.4000   +20%    1/2  ▁           0
                (repeat last)   0.5000     0%
      4      1  complete        0.6000   -20%    1/2  ▁           1

          #7  1/2 ▁                     0.35  local-1  hidden=7
          #8  0/2 ×                        –  local-2  hidden=8


      ↑↓ mark  enter open  s sort (rank)  w workers  ? help  q quit  x stop…"
    `);
  });

  it.each([
    [50, 8],
    [80, 24],
    [250, 70],
  ])("fills a terminal of %d × %d exactly", (columns, rows) => {
    for (const state of [
      firstState,
      pressed(["j", "j"]),
      pressed(["?"]),
      pressed(["s"]),
      pressed(["j", "x"]),
    ]) {
      const shown = lines(state, { columns, rows });
      expect(shown).toHaveLength(rows);
      for (const line of shown) expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  it("keeps the marked trial in sight", () => {
    const many = { ...snapshot, ranked: Array.from({ length: 80 }, (_, i) => trial(i, 0.1 + i / 1000)) };
    const colors = { ...pc.createColors(false), inverse: (text: unknown) => `<${String(text)}>` };
    for (const selected of [0, 30, 79]) {
      const shown = lines({ ...firstState, selected }, { snapshot: many, colors });
      expect(shown.join("\n")).toContain(`<${selected}>`);
    }
  });

  it("scrolls an open trial no further than its end", () => {
    const detailLines = Array.from({ length: 50 }, (_, i) => `line ${i}`);
    const state = { ...firstState, open: { trial: 2, scroll: 10_000 } };
    const shown = lines(state, { detailLines, rows: 10 });
    expect(shown.slice(0, -1)).toEqual(detailLines.slice(-9));
  });

  it("says how a study ended", () => {
    const ended = { ...snapshot, running: [], ended: { at: 9000, words: "stopped: by hand" } };
    expect(lines(firstState, { snapshot: ended })).toContain("  study stopped: by hand");
  });
});

describe("the workers of seqtune watch", () => {
  const row = { host: "lab1", pid: 1, version: "0.1.0", engine: "native", labels: {}, firstSeen: 0 };
  const attempt: Attempt = {
    trial: 0,
    attempt: 1,
    state: "complete",
    worker: "a",
    engine: null,
    fromEpoch: 0,
    toEpoch: 4,
    reason: null,
    offeredAt: 0,
    startedAt: 0,
    endedAt: 100,
  };
  const workers = studyWorkers(
    [
      { ...row, id: "idle", lastSeen: 900 },
      { ...row, id: "b", lastSeen: 100 },
      { ...row, id: "a", lastSeen: 500 },
    ],
    [
      attempt,
      { ...attempt, trial: 1, state: "lost", startedAt: 200, endedAt: 300, toEpoch: 1 },
      { ...attempt, trial: 2, worker: "b", state: "running", startedAt: 0, endedAt: null, fromEpoch: 2 },
      { ...attempt, trial: 3, worker: null, state: "offered", startedAt: null, endedAt: null },
    ],
    400,
  );

  it("have what they train now, what they did and lost, and how busy they were", () => {
    const known = { host: "lab1", engine: "native", failed: 0, lanes: 1, training: 0 };
    expect(workers).toEqual([
      { ...known, id: "b", trial: 2, training: 1, ended: 0, lost: 0, epochs: 2, busy: 1 },
      { ...known, id: "idle", trial: null, ended: 0, lost: 0, epochs: 0, busy: null },
      { ...known, id: "a", trial: null, ended: 2, lost: 1, epochs: 5, busy: 200 / 300 },
    ]);
  });

  it("that are lanes of one process are one line, with what they did together", () => {
    const lanes = ["gpu0", "gpu0-lane2", "gpu0-lane3"].map((id) => ({ ...row, id, lastSeen: 100 }));
    const found = studyWorkers(
      lanes,
      [
        { ...attempt, worker: "gpu0", state: "lost", endedAt: 400 },
        { ...attempt, trial: 1, worker: "gpu0-lane2", state: "running", startedAt: 200, endedAt: null },
      ],
      400,
    );
    expect(found).toMatchObject([
      { id: "gpu0", trial: null, lanes: 3, training: 1, ended: 1, lost: 1, epochs: 8, busy: 1 },
    ]);
    const text = studyWorkersText(found, 100, pc.createColors(false)).join("\n");
    expect(text).toContain("1 of 3 lanes train");
    expect(text).toContain("3 workers so far, 1 with a trial now");
  });

  it("are a table that w shows, and w or esc leaves; keys for trials do nothing there", () => {
    const state = pressed(["w"]);
    const detailLines = studyWorkersText(workers, 100, pc.createColors(false));
    const shown = lines(state, { detailLines });
    expect(shown.slice(0, 4).map((line) => line.trim().replace(/ {2,}/g, "  "))).toEqual([
      "worker  host  engine  trial  attempts  lost  failed  epochs  busy",
      "b  lab1  native  2  0  0  0  2  100%",
      "idle  lab1  native  –  0  0  0  0  –",
      "a  lab1  native  –  2  1  0  5  67%",
    ]);
    expect(shown.at(-1)).toContain("esc, w back");
    expect(pressed(["w", "\r", "s", "w"])).toEqual(pressed([]));
    expect(pressed(["j", "w", "j", "\u001b"])).toEqual(pressed(["j"]));
    expect(pressed(["j", "j", "w", "x"]).asking).toBe(null);
  });
});
