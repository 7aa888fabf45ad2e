import { describe, expect, it } from "vitest";
import { useFolder } from "../../support/use-folder.ts";
import { sweepOf } from "../config/support.ts";
import { lost, translateIn } from "./support.ts";

const own = useFolder();

const translate = (text: string, ...more: readonly string[]): ReturnType<typeof translateIn> =>
  translateIn(own.folder, text, "theirs.yaml", ...more);

/** After the fields of kubeflow.org, Katib, configure experiment and trial template. */
const template = `  trialTemplate:
    retain: true
    primaryContainerName: train
    trialParameters:
      - {name: rate, reference: --learning-rate}
      - {name: units, reference: units}
      - {name: cell, reference: cell}
      - {name: rounds, reference: rounds}
      - {name: me, reference: "\${trialSpec.Name}"}
    trialSpec:
      apiVersion: batch/v1
      kind: Job
      spec:
        template:
          spec:
            containers:
              - {name: sidecar, image: busybox, command: [sleep, "1"]}
              - name: train
                image: registry.example.org/news:3
                command: [python3, /app/train.py, "--lr=\${trialParameters.rate}"]
                args: [--units, "\${trialParameters.units}", "--rounds=\${trialParameters.rounds}", "--tag=\${trialParameters.me}"]
                env:
                  - {name: CELL, value: "\${trialParameters.cell}"}
                  - {name: DATA, value: /data}
                  - {name: TOKEN, valueFrom: {secretKeyRef: {name: hub, key: token}}}
                resources: {limits: {nvidia.com/gpu: 1}}
            restartPolicy: Never
`;

const search = `apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {namespace: research, name: news_lstm}
spec:
  objective: {type: maximize, goal: 0.95, objectiveMetricName: val_f1, additionalMetricNames: [train_loss]}
  maxTrialCount: 30
  parallelTrialCount: 3
  maxFailedTrialCount: 4
  metricsCollectorSpec: {collector: {kind: StdOut}}
  parameters:
    - {name: --learning-rate, parameterType: double, feasibleSpace: {min: "0.0001", max: "0.1", distribution: logUniform}}
    - {name: units, parameterType: int, feasibleSpace: {min: "32", max: "120", step: "16"}}
    - {name: cell, parameterType: categorical, feasibleSpace: {list: [lstm, gru, "1.0"]}}
    - {name: rounds, parameterType: int, feasibleSpace: {min: "8", max: "8"}}
    - {name: noise, parameterType: double, feasibleSpace: {min: "1", max: "4", distribution: normal}}
`;

const bayes = `  algorithm:
    algorithmName: bayesianoptimization
    algorithmSettings: [{name: random_state, value: "7"}, {name: base_estimator, value: GP}]
  earlyStopping:
    algorithmName: medianstop
    algorithmSettings: [{name: min_trials_required, value: "5"}, {name: start_step, value: "2"}]
`;

describe("an experiment of Katib with a trial template", () => {
  it("becomes a sweep that runs the container's command with the same search", async () => {
    const { out, err, code } = await translate(search + bayes + template);
    expect({ err, code }).toEqual({ err: "", code: 0 });
    const sweep = await sweepOf(out);
    expect(sweep).toMatchObject({
      name: "news_lstm",
      seed: 7,
      method: { name: "bayes" },
      metric: { name: "val_f1", goal: "maximize" },
      budget: { trials: 30, target: 0.95 },
      earlyTerminate: [{ type: "median", min_trials: 5, min_epochs: 2 }],
      workers: { count: 3 },
      program: { env: { DATA: "/data" } },
    });
    expect(sweep.program?.command).toEqual(
      [
        ["env", "CELL=${cell}", "python3", "/app/train.py", "--lr=${learning-rate}"],
        ["--units", "${units}", "--rounds=${rounds}", "--tag=me"],
      ].flat(),
    );
    expect(sweep.space.parameters.map(({ name, domain }) => [name, domain])).toEqual([
      ["learning-rate", { kind: "float", min: 0.0001, max: 0.1, scale: "log" }],
      ["units", { kind: "int", min: 32, max: 112, scale: "linear", step: 16 }],
      ["cell", { kind: "categorical", values: ["lstm", "gru", "1.0"] }],
      ["rounds", { kind: "constant", value: 8 }],
      ["noise", { kind: "float", min: 1, max: 4, scale: "linear", normal: { mu: 2.5, sigma: 0.5 } }],
    ]);
  });

  it("names everything that changed or could not be kept", async () => {
    const { out } = await translate(search + bayes + template);
    expect(out).toContain("# steps of 16 from 32 end at 112, not at 120");
    expect(out).toContain("put them on this machine; ${trialParameters.me} has no counterpart");
    expect(lost(out)).toEqual([
      "# not kept: algorithmSettings base_estimator: GP",
      "# not kept: env TOKEN: {secretKeyRef: {name: hub, key: token}}",
      "# not kept: container's image: registry.example.org/news:3",
      "# not kept: container's resources: {limits: {nvidia.com/gpu: 1}}",
      "# not kept: the Job around it: seqtune starts the command itself, once a trial, on this machine or in a lab",
      "# not kept: spec.maxFailedTrialCount: 4 (a study continues after failures, unless its first three trials fail alike)",
      "# not kept: spec.metricsCollectorSpec: {collector: {kind: StdOut}} (the program prints its reports, or appends them to the file that SEQTUNE_REPORTS names)",
      "# not kept: spec.trialTemplate.retain: true (a trial's log and output are kept in the database)",
    ]);
  });

  it("searched by hyperband gives epochs in place of its resource", async () => {
    const hyperband = `  algorithm:
    algorithmName: hyperband
    algorithmSettings: [{name: resource_name, value: rounds}, {name: eta, value: "2"}, {name: r_l, value: "16"}]
`;
    const { out } = await translate(search + hyperband + template);
    const sweep = await sweepOf(out);
    expect(sweep).toMatchObject({
      method: { name: "random" },
      budget: { trials: 30, epochs: 16 },
      earlyTerminate: [{ type: "hyperband", eta: 2, min_epochs: 1 }],
    });
    expect(sweep.program?.command).toContain("--rounds=${epochs}");
    expect(sweep.space.parameters.map(({ name }) => name)).not.toContain("rounds");
  });

  it("can train a model of ours instead, and says that the program is lost", async () => {
    const { out } = await translate(search + bayes + template, "--to", "model");
    expect(await sweepOf(out)).toMatchObject({ metric: { name: "val_f1" }, workers: { count: 3 } });
    expect(lost(out)[0]).toBe("# not kept: rounds: {value: 8} (there is no such setting to search)");
    expect(out).toMatch(/# not kept: program: \[env, .*\] \(seqtune trains the model itself\)/);
  });

  it("finds the command in another resource, whatever its shape", async () => {
    const { out } = await translate(`${search}  trialTemplate:
    primaryContainerName: main
    trialParameters: [{name: rate, reference: --learning-rate}]
    trialSpec:
      kind: Workflow
      spec:
        templates:
          - {name: first, script: {image: python, command: [python], source: "print(1)"}}
          - {name: train, container: {image: img, args: ["--lr=\${trialParameters.rate}", "\${HOME}"]}}
`);
    expect((await sweepOf(out)).program?.command).toEqual(["program", "--lr=${learning-rate}", "$HOME"]);
    expect(out).toContain("to fill in: the program itself, which is the entrypoint of img");
  });
});

it("seqtune translate reads an experiment of Katib", async () => {
  const { out } = await translate(`apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: tune-lstm}
spec:
  objective: {type: minimize, goal: 0.01, objectiveMetricName: loss}
  algorithm: {algorithmName: tpe}
  maxTrialCount: 12
  parameters:
    - {name: --lr, parameterType: double, feasibleSpace: {min: "0.01", max: "0.03"}}
    - {name: num-layers, parameterType: int, feasibleSpace: {min: "2", max: "5"}}
    - {name: optimizer, parameterType: categorical, feasibleSpace: {list: [sgd, adam]}}
`);
  expect(await sweepOf(out)).toMatchObject({
    name: "tune-lstm",
    method: { name: "tpe" },
    metric: { name: "val_loss", goal: "minimize" },
    budget: { trials: 12, target: 0.01 },
    space: { parameters: [{ name: "learning_rate" }, { name: "layers" }, { name: "optimizer" }] },
  });
});
