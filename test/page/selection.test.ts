import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { meets, readCondition, conditionText, type Condition } from "../../page/src/selection/conditions.ts";
import { configurationYaml, narrowedYaml } from "../../page/src/selection/yaml.ts";
import { trialOf } from "../../page/src/data/page-trial.ts";
import { loadSweep } from "../../orchestrator/config/load.ts";
import type { Params, Space } from "../../search/space.ts";
import { hostileName } from "../support/odd-studies.ts";

function trial(params: Params, value: number | null = 0.4) {
  return trialOf(
    [3, "complete", value, 2, value, 2, 5, 1, 0, 1, 0, 9, null, "random", null, params],
    undefined,
  );
}

describe("a condition in the address", () => {
  test.each<Condition>([
    { field: "learning_rate", kind: "range", min: 1e-9, max: 0.01 },
    { field: ":value", kind: "range", min: -Infinity, max: 0.5 },
    { field: ":epochs", kind: "range", min: 3, max: Infinity },
    { field: "optimizer", kind: "list", values: ["adam", "a~b", '"', null, true] },
    { field: "hidden", kind: "list", values: [[32, 16], [8]] },
    { field: `${hostileName}~&=#`, kind: "range", min: 0, max: 1 },
  ])("comes back as it was: %j", (condition) => {
    const query = new URLSearchParams({ where: conditionText(condition) });
    expect(readCondition(new URLSearchParams(query.toString()).get("where")!)).toEqual(condition);
  });

  test.each(["", "~1~2", "a~x~2", "a~in~{", "a~in~3", "%~1~2"])(
    "is left out where it is none: %s",
    (text) => {
      expect(readCondition(text)).toBeNull();
    },
  );

  test("selects by parameters and by what came of a trial, and never one that has no such value", () => {
    const one = trial({ learning_rate: 0.01, hidden: [32, 16] });
    const is = (text: string) => meets(one, [readCondition(text)!]);
    expect(is("learning_rate~0.001~0.01")).toBe(true);
    expect(is("learning_rate~0.02~")).toBe(false);
    expect(is("hidden~in~[[32,16]]")).toBe(true);
    expect(is("momentum~~")).toBe(false);
    expect(is(':outcome~in~["complete"]')).toBe(true);
    expect(is("%3Avalue~~0.39")).toBe(false);
    expect(meets(trial({}, null), [readCondition(":value~~9")!])).toBe(false);
  });
});

const sweep = (parameters: string): string => `
metric: { name: val_mse }
data: { file: data.csv, targets: [y], window: 24, horizon: 1 }
${parameters}
budget: { trials: 4, epochs: 2 }
`;

async function spaceOf(text: string): Promise<Space> {
  const bytes = Buffer.from(text);
  const loaded = await loadSweep("/lab/sweep.yaml", { readFile: () => Promise.resolve(bytes) });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.sweep.space;
}

describe("copy as YAML", async () => {
  const space = await spaceOf(
    sweep(`parameters:
  layers: { values: [0, 1, 2] }
  hidden: { min: 8, max: 64, step: 8, when: { layers: [1, 2] } }
  dropout: { min: 0, max: 0.4 }
  learning_rate: { min: 0.0001, max: 0.1, distribution: log_uniform }
  optimizer: { values: [adam, momentum], probabilities: [0.7, 0.3] }
  momentum: { min: 0.5, max: 0.99, when: { optimizer: momentum } }
  batch_size: { min: 16, max: 256, distribution: log_int }
  weight_decay: { value: 0.01 }
  clip_norm: { distribution: log_normal, mu: 0, sigma: 1, min: 0.1, max: 5 }`),
  );

  test("gives the space as it is where nothing is selected", async () => {
    expect(await spaceOf(sweep(narrowedYaml(space, [])))).toEqual(space);
  });

  test("gives the narrowed space of the next sweep", async () => {
    const narrowed = await spaceOf(
      sweep(
        narrowedYaml(space, [
          { field: "hidden", kind: "range", min: 15, max: 41 },
          { field: "learning_rate", kind: "range", min: 0.00123456, max: 0.2 },
          { field: "layers", kind: "list", values: [1, 2] },
          { field: ":value", kind: "range", min: 0, max: 1 },
        ]),
      ),
    );
    const domain = (name: string) => narrowed.parameters.find((one) => one.name === name)!.domain;
    expect(domain("hidden")).toMatchObject({ min: 16, max: 40, step: 8 });
    expect(domain("learning_rate")).toMatchObject({ min: 0.00123, max: 0.1, scale: "log" });
    expect(domain("layers")).toMatchObject({ values: [1, 2] });
    expect(domain("dropout")).toMatchObject({ min: 0, max: 0.4 });
  });

  test("gives a configuration to enqueue, whatever its names are", () => {
    const params = {
      learning_rate: 1e-7,
      hidden: [32, 16],
      optimizer: "on",
      [hostileName]: "a: b # c",
      flag: null,
    };
    expect(parseDocument(configurationYaml(params)).toJS()).toEqual({ enqueue: [params] });
    expect(parseDocument(configurationYaml({})).toJS()).toEqual({ enqueue: [{}] });
  });
});
