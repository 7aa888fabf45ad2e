import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { labFolder, tell } from "./support.ts";

const cwd = labFolder();

// Of a sweep that is not there: what stands on standard output is the first sign alone.
it("the first sign of a command says on a terminal at once that it has begun, and takes that back when its code is loaded", async () => {
  for (const command of ["run", "check", "init"]) {
    const { stdout, stderr } = await tell([command, "none.yaml"], { cwd, columns: 80 });
    expect(stdout, command).toBe("starting …\r\u001b[2K");
    expect(stderr, command).toContain("none.yaml");
  }
});

it("the first sign of a command leaves pipes, lines and data alone", async () => {
  for (const more of [[], ["--plain"], ["--json"], ["--quiet"]])
    expect((await tell(["run", "none.yaml", ...more], { cwd })).stdout).toBe("");
  expect((await tell(["run", "none.yaml", "--json"], { cwd, columns: 80 })).stdout).toBe("");
});

// Of data that are not there: what stands on standard output was said before they were looked at.
it("run says in a pipe what begins before it looks at the data, in words or as an event", async () => {
  const sweep = `name: early
data: { file: none.csv, targets: [y], window: 8, horizon: 2 }
parameters:
  learning_rate: { min: 0.001, max: 0.1 }
budget: { trials: 1, epochs: 5 }
`;
  writeFileSync(path.join(cwd, "early.yaml"), sweep);
  const run = async (...more: string[]) =>
    await tell(["run", path.join(cwd, "early.yaml"), ...more], { cwd });
  const { stdout, stderr, code } = await run();
  expect({ stdout, code }).toEqual({
    stdout: "sweep early: 1 trial of up to 5 epochs, none.csv\n",
    code: 1,
  });
  expect(stderr).toContain("none.csv");
  expect(JSON.parse((await run("--json")).stdout)).toEqual({
    kind: "notice",
    message: "sweep early: 1 trial of up to 5 epochs, none.csv",
    at: expect.any(Number),
  });
  expect((await run("--quiet")).stdout).toBe("");
});
