import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandLineIn } from "../support/command-line.ts";
import { makeSampleDatabase } from "../support/sample-studies.ts";
import { isInstalled, Terminal } from "../support/tmux.ts";
import { until } from "../support/until.ts";
import { removeFolder } from "../support/remove-folder.ts";

const hasTmux = isInstalled("tmux");
let folder: string;
let terminals: Terminal[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-watch-"));
  terminals = [];
});
afterEach(async () => {
  await Promise.all(terminals.map(async (terminal) => await terminal.close()));
  await removeFolder(folder);
});

function open(): Terminal {
  const terminal = new Terminal("env PS1='ready> ' sh", folder);
  terminals.push(terminal);
  return terminal;
}

function pidOf(file: string): number {
  return Number(readFileSync(file, "utf8"));
}

const plain = { alternate: false, cursor: true };
const full = { alternate: true, cursor: false };

describe.skipIf(!hasTmux)("seqtune watch on a terminal (needs tmux)", () => {
  it("takes the whole of it, opens and sorts trials, and gives it back as it was", async () => {
    makeSampleDatabase(path.join(folder, "seqtune.db"));
    const terminal = open();
    await terminal.shows("ready>");
    terminal.press("echo what stood here", "Enter", "seqtune watch etth1", "Enter");
    const board = await terminal.shows("q quit");
    expect(terminal.state()).toEqual(full);
    expect(board).toContain("study complete: all 5 trials of the budget are done");
    expect(board).toMatch(/1 +0 +complete +0\.3000[\s\S]*\(linear\) +0\.3300[\s\S]*4 +complete +0\.3500/);
    terminal.press("j", "j", "Enter");
    await terminal.shows("etth1, trial 4  complete after 3 of 3 epochs");
    terminal.press("Escape", "s");
    await terminal.shows("s sort (newest)");
    terminal.press("?");
    await terminal.shows("stop the study: no more trials, running ones end");
    terminal.press("q", "q");
    await until(() => !terminal.state().alternate, "the shell to come back");
    expect(terminal.state()).toEqual(plain);
    expect(terminal.text()).toContain("what stood here");
  });

  it.each(["C-c", "SIGTERM", "SIGHUP"])("gives it back after %s", async (end) => {
    makeSampleDatabase(path.join(folder, "seqtune.db"));
    const terminal = open();
    await terminal.shows("ready>");
    // The shell becomes seqtune, so that its number is known.
    terminal.press("(sh -c 'echo $$ > pid; exec seqtune watch etth1'; echo ended)", "Enter");
    await terminal.shows("q quit");
    if (end === "C-c") terminal.press("C-c");
    else process.kill(pidOf(path.join(folder, "pid")), end);
    await terminal.shows(/^ended/m);
    expect(terminal.state()).toEqual(plain);
  });

  it("follows a real sweep live, and stops a trial of it after a yes", async () => {
    writeFileSync(
      path.join(folder, "sweep.yaml"),
      `name: long
data: {file: "${path.resolve("data/ETTh1.csv")}", time: date, targets: [OT], horizon: 24, rows: 4000, split: {train: 0.7, validation: 0.2}}
parameters: {learning_rate: {values: [0.01, 0.001]}}
method: grid
metric: {name: val_mse}
budget: {trials: 2, epochs: 5000}
workers: 1
`,
    );
    const running = open();
    await running.shows("ready>");
    running.press("seqtune run sweep.yaml", "Enter");
    await running.shows(/#0 +\d+\/5000/);
    const terminal = open();
    await terminal.shows("ready>");
    terminal.press("seqtune watch long", "Enter");
    const early = Number(/#0 +(\d+)\/5000/.exec(await terminal.shows(/#0 +\d+\/5000/))![1]);
    const epoch = (): number => Number(/#0 +(\d+)\/5000/.exec(terminal.text())?.[1] ?? 0);
    await until(() => epoch() > early, "further epochs");
    terminal.press("j", "x");
    await terminal.shows("stop trial 0? y stops it, any other key does not");
    terminal.press("y");
    await terminal.shows("trial 0 of long is asked to stop");
    await terminal.shows(/0 +cancelled/);
    terminal.press("q");
    await terminal.shows("ready>");
    running.press("C-c");
    await running.shows("1 cancelled, 1 unfinished");
  });
});

describe("seqtune watch without a terminal", () => {
  it("prints its screen once for scripts, and says what it needs otherwise", async () => {
    makeSampleDatabase(path.join(folder, "seqtune.db"));
    const seqtune = commandLineIn(folder);
    const once = await seqtune("watch", "etth1", "--once");
    expect(once.code).toBe(0);
    expect(once.out).toMatch(/^etth1 {2}val_mse, minimize/);
    expect(once.out).toContain("(season ago)    0.4100");
    const screen = await seqtune("watch", "etth1");
    expect([screen.code, screen.err]).toEqual([
      1,
      "seqtune: watch needs a terminal to draw on and keys from it; --once prints the screen once\n",
    ]);
  });
});
