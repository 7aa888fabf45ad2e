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
