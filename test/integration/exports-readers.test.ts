import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { createStudy, float } from "../../orchestrator/index.ts";
import { commandLineIn } from "../support/command-line.ts";
import { makeExportedStudy } from "../support/exported-study.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { askPython, pythonWith } from "../support/python.ts";

/** What the tools themselves read in the files of `seqtune export`: only where Python has them. */
const optuna = pythonWith("optuna");
const tensorboard = pythonWith("tensorboard");

beforeEach(async () => {
  await makeExportedStudy(db);
});

async function exported(format: string, out: string): Promise<string> {
  const place = path.join(folder, out);
  const ran = await commandLineIn(folder)("export", "leaving", "--db", db, "--to", format, "--out", place);
  expect(ran).toMatchObject({ code: 0, err: "" });
  return place;
}

/** Of the kind and in the file that its arguments name. */
const openStorage = `
import json, sys, optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
if sys.argv[1] == "journal":
    from optuna.storages.journal import JournalFileBackend
    storage = optuna.storages.JournalStorage(JournalFileBackend(sys.argv[2]))
else:
    storage = "sqlite:///" + sys.argv[2]
`;

const readStudy = `${openStorage}study = optuna.load_study(study_name="leaving", storage=storage)
print(json.dumps({
  "direction": study.direction.name,
  "best": study.best_value,
  "metric_names": study.metric_names,
  "trials": [[t.state.name, t.value, t.params, {str(k): repr(float(v)) for k, v in t.intermediate_values.items()},
              {k: repr(v) for k, v in t.distributions.items()}] for t in study.trials],
  "started": study.trials[0].datetime_start.timestamp(),
}))
# It goes on from there.
study.optimize(lambda trial: trial.suggest_float("learning_rate", 0.001, 0.1, log=True), n_trials=1)
assert len(study.trials) == 5
`;

describe.skipIf(optuna === null)("Optuna opens the file", () => {
  it.each(["optuna", "optuna-journal"])("of --to %s, and goes on with the study", async (format) => {
    const file = await exported(format, "study.file");
    const read = askPython(optuna!, readStudy, [format === "optuna" ? "sqlite" : "journal", file]);
    const adam = { optimizer: "adam", learning_rate: expect.anything() as unknown };
    expect(read).toMatchObject({
      direction: "MINIMIZE",
      best: 0.25,
      metric_names: ["val_mse"],
      started: Date.UTC(2026, 0, 2, 3, 5, 0) / 1000,
      trials: [
        [
          "COMPLETE",
          0.25,
          { ...adam, features: "OT,HUFL", clip_norm: null, layers: 2 },
          { 1: "0.5", 2: "0.25", 3: "0.3" },
          {},
        ],
        [
          "PRUNED",
          0.6,
          {
            optimizer: "momentum",
            momentum: 0.9,
            features: "numeric",
            learning_rate: 0.1,
            clip_norm: 1,
            layers: 1,
          },
          { 1: "0.55", 2: "0.6" },
          {
            momentum: "FloatDistribution(high=0.9, log=False, low=0.5, step=0.1)",
            learning_rate: "FloatDistribution(high=0.1, log=True, low=0.001, step=None)",
            layers: "IntDistribution(high=2, log=False, low=1, step=1)",
            clip_norm: "CategoricalDistribution(choices=(None, 1))",
          },
        ],
        ["FAIL", null, adam, { 1: "2.0", 2: "nan" }, {}],
        ["RUNNING", null, adam, { 1: "inf", 2: "0.7" }, {}],
      ],
    });
  });
});

const readFront = `${openStorage}study = optuna.load_study(study_name=optuna.get_all_study_names(storage)[0], storage=storage)
single = len(study.directions) == 1
print(json.dumps([study.best_trial.number] if single else sorted(t.number for t in study.best_trials)))
`;

describe.skipIf(optuna === null)("Optuna's best trials of a study with constraints", () => {
  const results = [
    { loss: 0.1, size: 90, latency: 1 },
    { loss: 0.2, size: 40, latency: 1 },
    { loss: 0.3, size: 20, latency: 2 },
    { loss: 0.4, size: 45, latency: 1 },
    { loss: 0.25, size: 30, latency: 3 },
  ];
  const several = { metrics: [{ name: "loss" }, { name: "size", goal: "minimize" as const }] };
  const one = { metric: "loss" };

  it.each([
    ["optuna", several, [1, 2]],
    ["optuna-journal", several, [1, 2]],
    ["optuna", one, [1]],
    ["optuna-journal", one, [1]],
  ] as const)("of --to %s are ours", async (format, goals, best) => {
    await using study = await createStudy({
      name: "leaving-feasible",
      db,
      ...goals,
      constraints: ["size <= 50", "latency < 3"],
      budget: { trials: results.length },
      space: { x: float(0, 1) },
    });
    await study.optimize((trial) => results[trial.number]!);
    const file = path.join(folder, "front.file");
    const asked = ["export", "leaving-feasible", "--db", db, "--to", format, "--out", file];
    const ran = await commandLineIn(folder)(...asked);
    expect(ran).toMatchObject({ code: 0, err: "" });
    const kind = format === "optuna" ? "sqlite" : "journal";
    expect(askPython(optuna!, readFront, [kind, file])).toEqual(best);
    const board = study.leaderboard();
    const ours = board.goals!.front.filter((number) => goals === several || number === board.goals!.front[0]);
    expect(ours.toSorted((a, b) => a - b)).toEqual(best);
  });
});

const readEvents = `
import glob, json, os, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing import plugin_event_multiplexer as mux, data_provider
from tensorboard.plugins import base_plugin
from tensorboard.plugins.hparams import hparams_plugin, backend_context, list_session_groups, api_pb2, get_experiment
root = sys.argv[1]
curves = {}
for run in sorted(glob.glob(root + "/trial-*")):
    events = EventAccumulator(run); events.Reload()
    curves[os.path.basename(run)] = {tag: [[e.step, repr(e.value)] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
multiplexer = mux.EventMultiplexer(); multiplexer.AddRunsFromDirectory(root); multiplexer.Reload()
context = backend_context.Context(base_plugin.TBContext(data_provider=data_provider.MultiplexerDataProvider(multiplexer, root)))
from tensorboard import context as tbc
ctx = tbc.RequestContext()
experiment = get_experiment.Handler(ctx, context, "", api_pb2.GetExperimentRequest()).run()
request = api_pb2.ListSessionGroupsRequest(start_index=0, slice_size=10, allowed_statuses=[1, 2, 3, 0])
request.col_params.add(metric=api_pb2.MetricName(tag="best/val_mse", group=""))
groups = list_session_groups.Handler(ctx, context, "", request).run()
print(json.dumps({
  "curves": curves,
  "infos": sorted(info.name for info in experiment.hparam_infos),
  "metrics": [info.name.tag for info in experiment.metric_infos],
  "groups": sorted([[g.sessions[0].name, g.sessions[0].status, {m.name.tag: round(m.value, 6) for m in g.metric_values if m.value == m.value}] for g in groups.session_groups], key=lambda each: each[0]),
}))
`;

describe.skipIf(tensorboard === null)("TensorBoard's own reader", () => {
  it("shows the curves, and the table of hyperparameters with the best value", async () => {
    const read = askPython(tensorboard!, readEvents, [await exported("tensorboard", "logs")]);
    expect(read).toMatchObject({
      curves: {
        "trial-0": {
          val_mse: [
            [1, "0.5"],
            [2, "0.25"],
            [3, expect.stringMatching(/^0.3/) as unknown],
          ],
          "best/val_mse": [[2, "0.25"]],
        },
        "trial-2": {
          val_mse: [
            [1, "2.0"],
            [2, "nan"],
          ],
        },
      },
      infos: ["clip_norm", "features", "layers", "learning_rate", "momentum", "optimizer"],
      metrics: ["best/val_mse", "val_mse"],
      groups: [
        ["trial-0", 1, { "best/val_mse": 0.25 }],
        ["trial-1", 1, { "best/val_mse": 0.55 }],
        ["trial-2", 2, {}],
        ["trial-3", 3, { "best/val_mse": 0.7 }],
      ],
    });
  });
});
