import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { labFolder, tell } from "./support.ts";

const cwd = labFolder();

function file(name: string, lines: readonly string[]): string {
  const full = path.join(cwd, name);
  writeFileSync(full, `${lines.join("\n")}\n`);
  return full;
}

describe("check of data with a sample per row", () => {
  it("counts classes where samples are classified", async () => {
    const samples = Array.from(
      { length: 60 },
      (_, i) => `${i % 3 === 0 ? "storm" : "calm"},${i},${i * 2},${i % 7}`,
    );
    file("classes.csv", ["label,t0,t1,t2", ...samples]);
    const sweep = file("classes.yaml", [
      "data:",
      "  file: classes.csv",
      "  task: binary",
      "  layout: wide",
      "  targets: [label]",
      "parameters: { hidden: { values: [4, 8] } }",
      "method: grid",
    ]);
    const { stdout } = await tell(["check", sweep], { cwd });
    expect(stdout).toMatch(/\nclasses +label in training: calm 28, storm 14\n/);
    expect(stdout).toMatch(/\nsplit +samples\ntrain +42\n/);
    expect(stdout).toContain("majority class");
    expect(stdout).toContain("grid over 1 parameter, 2 configurations");
  });

  it("lists the steps of wide samples, and uses the singular for one configuration", async () => {
    const samples = Array.from(
      { length: 60 },
      (_, i) => `${60 - i},${i % 3 === 0 ? "a" : "b"},${i * 2},${i % 7}`,
    );
    file("steps.csv", ["id,label,s1,s2", ...samples]);
    const lines = (weights: string): string[] => [
      "data: { file: steps.csv, task: binary, layout: wide, targets: [label] }",
      `model: { class_weights: ${weights} }`,
      "parameters: { hidden: { value: 4 } }",
      "method: grid",
      "budget: { trials: 2 }",
    ];
    const { stdout, stderr } = await tell(["check", file("steps.yaml", lines("[1, 2]"))], { cwd });
    expect(stdout).toMatch(/\nsteps +3 \(id, s1, s2\)\n/);
    expect(stdout).toContain("grid, one configuration: no parameter has more than one value");
    expect(stderr).toContain("the space has only one configuration; the study ends when it is done");
    const wrong = await tell(["check", file("weights.yaml", lines("[1, 2, 3]"))], { cwd });
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        "class_weights lists 3 weights and the data has 2 classes (a, b): give one weight for each, in this order",
      ),
    });
  });
});
