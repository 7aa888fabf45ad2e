import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { useFolder } from "../../support/use-folder.ts";
import { sweepOf } from "../config/support.ts";
import { lost, translateIn } from "./support.ts";

const own = useFolder();

const translate = (text: string, ...more: readonly string[]): ReturnType<typeof translateIn> =>
  translateIn(own.folder, text, "theirs.yaml", ...more);

/** After the fields of nni.readthedocs.io, experiment configuration. */
const experiment = `experimentName: mnist
searchSpaceFile: space/search_space.json
trialCommand: python3 mnist.py --quiet
trialCodeDirectory: code
trialConcurrency: 4
trialGpuNumber: 1
maxExperimentDuration: 2h
maxTrialNumber: 10
tuner: {name: TPE, classArgs: {optimize_mode: maximize, seed: 3}}
assessor: {name: Medianstop, classArgs: {optimize_mode: maximize, start_step: 5}}
trainingService: {platform: local}
`;

const space = {
  lr: { _type: "loguniform", _value: [0.0001, 0.1] },
  units: { _type: "randint", _value: [8, 65] },
  optimizer: { _type: "choice", _value: ["adam", "sgd"] },
};

function writeSpace(): void {
  mkdirSync(path.join(own.folder, "space"), { recursive: true });
  writeFileSync(path.join(own.folder, "space/search_space.json"), JSON.stringify(space));
}

describe("an experiment of NNI", () => {
  it("becomes a sweep that runs its command, with the search space of the file beside it", async () => {
    writeSpace();
    const { out, err, code } = await translate(experiment);
    expect({ err, code }).toEqual({ err: "", code: 0 });
    expect(await sweepOf(out)).toMatchObject({
      name: "mnist",
      method: { name: "tpe" },
      metric: { name: "default", goal: "maximize" },
      program: { command: ["python3", "mnist.py", "--quiet", "${args}"] },
      budget: { trials: 10, wallTimeMs: 7_200_000 },
      earlyTerminate: [{ type: "median", min_epochs: 5 }],
      workers: { count: 4 },
      space: { parameters: [{ name: "lr" }, { name: "units" }, { name: "optimizer" }] },
    });
    expect(out).toContain("folder: code");
    expect(out).toContain("in place of nni.get_next_parameter()");
  });

  it("names what could not be kept", async () => {
    writeSpace();
    expect(lost((await translate(experiment)).out)).toEqual([
      "# not kept: trialGpuNumber: 1",
      "# not kept: tuner.classArgs.seed: 3",
      "# not kept: trainingService: {platform: local}",
    ]);
  });

  it("of version 1 is read, too, and so is an advisor", async () => {
    const { out } = await translate(`trialConcurrency: 2
maxTrialNum: 7
searchSpace: ${JSON.stringify(space)}
advisor: {builtinAdvisorName: BOHB, classArgs: {optimize_mode: minimize, max_budget: 27, min_budget: 3, eta: 3}}
trial: {command: "python train.py", codeDir: ., gpuNum: 0}
`);
    expect(await sweepOf(out)).toMatchObject({
      method: { name: "tpe" },
      metric: { goal: "minimize" },
      budget: { trials: 7, epochs: 27 },
      earlyTerminate: [{ type: "hyperband", min_epochs: 3, eta: 3 }],
      program: { command: ["python", "train.py", "${args}"] },
    });
    expect(lost(out)).toEqual(["# not kept: trial.gpuNum: 0"]);
  });

  it("whose search space is missing says which file", async () => {
    const { code, err } = await translate("searchSpaceFile: nowhere.json\ntrialCommand: x\n");
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^seqtune: nowhere\.json: /) });
  });
});

it("a search space of NNI alone becomes the parameters of a model of ours", async () => {
  const { out } = await translate(JSON.stringify(space));
  expect((await sweepOf(out)).space.parameters.map(({ name, domain }) => [name, domain])).toEqual([
    ["learning_rate", { kind: "float", min: 0.0001, max: 0.1, scale: "log" }],
    ["hidden", { kind: "int", min: 8, max: 64, scale: "linear", step: 1 }],
    ["optimizer", { kind: "categorical", values: ["adam", "sgd"] }],
  ]);
});
