import { describe, expect, it } from "vitest";
import { labFolder, tell } from "./support.ts";

const cwd = labFolder();

describe("schema", () => {
  it("prints what editors complete from", async () => {
    const { stdout } = await tell(["schema"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      title: "seqtune sweep",
      properties: { data: {}, parameters: {} },
    });
  });

  it("writes it to a file", async () => {
    const { stderr, stdout } = await tell(["schema", "--out", "sweep.schema.json"], { cwd });
    expect({ stderr, stdout }).toEqual({ stderr: "wrote /lab/sweep.schema.json\n", stdout: "" });
  });
});
