import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "../../../storage/sqlite/open.ts";
import { makeSampleDatabase, modelSha } from "../../support/sample-studies.ts";
import { labFolder, tell } from "./support.ts";

const cwd = labFolder();
const db = path.join(cwd, "seqtune.db");
makeSampleDatabase(db);

const show = async (...args: string[]): Promise<string> => (await tell(["show", ...args], { cwd })).stdout;

describe("show", () => {
  it("shows the best trial with its curve, metrics, attempts and weights", async () => {
    expect(await show("etth1", "best")).toMatchInlineSnapshot(`
      "etth1, trial 0  complete after 3 of 3 epochs
      val_mse 0.3 at epoch 3, skill +27% against season ago (0.41); 0.3 at the last epoch
      chosen by: random

      parameters
        layers         1
        hidden         32
        optimizer      adam
        learning_rate  0.005
        batch_size     256

      curve
       1.200 ┤───────╮
       1.093 ┤       │
      0.9867 ┤       │
      0.8800 ┤       │
      0.7733 ┤       ╰───────╮
      0.6667 ┤               │
      0.5600 ┤               ╰────────
      0.4533 ┤········
      0.3467 ┤       ·········
      0.2400 ┤               ·········
             └────────────────────────
              epoch 1                3
                   best: epoch 3 ▲
      ── validation loss   ·· training loss

      metrics     best, epoch 3
      train_loss         0.2400
      val_loss           0.6000
      val_mse            0.3000
      val_mae            0.1500

      attempt  state          epochs    time  worker   engine
            1  complete  1 to 3 of 3  12.3 s  local-1  fused wasm

      the weights of epoch 3 were not kept: only those of the best trials are
      "
    `);
  });

  it("shows best and last epoch side by side, and attempts that were lost", async () => {
    const text = await show("etth1", "4");
    expect(text.slice(text.indexOf("metrics"))).toMatchInlineSnapshot(`
      "metrics     best, epoch 2  last, epoch 3
      train_loss         0.2800         0.2880
      val_loss           0.7000         0.7200
      val_mse            0.3500         0.3600
      val_mae            0.1750         0.1800

      attempt  state          epochs    time  worker   engine
            1  lost        none of 3  12.3 s  local-1  fused wasm
            2  complete  1 to 3 of 3  12.3 s  local-2  fused wasm
      attempt 1: worker local-1 fell silent
      "
    `);
  });

  it("marks what is not a finite number, and says why the trial ended", async () => {
    const text = await show("etth1", "2");
    expect(text.slice(0, text.indexOf("metrics"))).toMatchInlineSnapshot(`
      "etth1, trial 2  diverged after 2 of 3 epochs: loss is not finite at epoch 2, step 12
      no val_mse
      chosen by: random

      parameters
        layers         1
        hidden         8
        optimizer      adam
        learning_rate  1
        batch_size     256

      curve
      180.0 ┤────────××××××××
      168.0 ┤
      156.0 ┤
      144.0 ┤
      132.0 ┤
      120.0 ┤
      108.0 ┤
      96.00 ┤
      84.00 ┤
      72.00 ┤········
            └────────────────
             epoch 1        2
      ── validation loss   ·· training loss   × not a finite number

      "
    `);
  });

  it("shows a trial that never trained", async () => {
    const text = await show("etth1", "3");
    expect(text).toContain(
      "trial 3  failed after 0 of 3 epochs: 3 attempts failed; the last: worker died (SIGKILL)",
    );
    expect(text).not.toContain("curve");
  });

  it("takes the study that changed last when given one number", async () => {
    expect(await show("1")).toMatch(/^etth1, trial 1 /);
  });

  it("finds a study whose name is a number, when there is no such trial", async () => {
    const store = openStore(db);
    store.createStudy({
      ...store.findStudy("etth1")!,
      name: "2024",
      key: "study-2024",
      source: "",
      config: {},
      versions: {},
      at: 1,
    });
    store.close();
    const { stderr } = await tell(["show", "2024"], { cwd });
    expect(stderr).toContain("no trial of study 2024 has a value yet");
  });

  it("wraps sentences, not tables, on a narrow terminal", async () => {
    const { stdout } = await tell(["show", "etth1", "1"], { cwd, columns: 48 });
    const widths = stdout.split("\n").map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(48);
  });

  it("says where the weights of the best epoch lie, where they were kept", async () => {
    const file = `seqtune.db.files/5e/${modelSha}`;
    mkdirSync(path.join(cwd, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(cwd, file), "weights");
    expect(await show("etth1", "0")).toContain(`weights of epoch 3 (safetensors, 20.6 KB): /lab/${file}\n`);
    rmSync(path.join(cwd, file));
  });

  it("shows the scores on the test rows once there are some", async () => {
    const store = openStore(db);
    const study = store.findStudy("etth1")!;
    const metrics = { test_mse: 0.31, test_mae: 0.4 };
    store.saveEvaluation(study.id, {
      trial: 0,
      split: "test",
      metrics,
      baselines: {},
      windows: 2857,
      comparisons: [],
      outside: null,
      detail: null,
      at: 1,
    });
    store.close();
    expect(await show("etth1", "0")).toContain(
      "on 2857 test windows (seqtune evaluate): test_mse 0.31, test_mae 0.4",
    );
  });

  it("prints one JSON object", async () => {
    const view: unknown = JSON.parse(await show("etth1", "2", "--json"));
    expect(view).toMatchObject({
      study: "etth1",
      metric: "val_mse",
      number: 2,
      outcome: "diverged",
      value: null,
      reason: "loss is not finite at epoch 2, step 12",
      params: { learning_rate: 1 },
      curve: [
        { epoch: 1, value: 90, metrics: { val_loss: 180 }, attempt: 1 },
        { epoch: 2, value: null, metrics: { val_loss: null } },
      ],
      attempts: [
        { attempt: 1, state: "diverged", worker: "local-1", engine: "fused wasm", fromEpoch: 0, toEpoch: 3 },
      ],
      model: null,
    });
  });

  it.each([
    [["etth1", "99"], "there is no trial 99 in study etth1; its trials are 0 to 4"],
    [
      ["etth1"],
      '"etth1" is not the number of a trial: it must be 0, 1, 2, …; to show one of that study: seqtune show etth1 best',
    ],
    [["etth1", "first"], '"first" is not the number of a trial: it must be 0, 1, 2, …, or best'],
    [["etht1", "1"], 'there is no study "etht1" in /lab/seqtune.db; did you mean etth1?'],
    [["night", "best"], "no trial of study night has a value yet; see: seqtune leaderboard night"],
    [[], "say which trial, by its number or as best: seqtune show etth1 best"],
  ])("refuses %j in one sentence", async (args, sentence) => {
    const { code, stdout, stderr } = await tell(["show", ...args], { cwd });
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "", stderr: `seqtune: ${sentence}\n` });
  });
});
