import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandLineIn, type Ran } from "../support/command-line.ts";
import { removeFolder } from "../support/remove-folder.ts";

let folder: string;
let seqtune: (...args: readonly string[]) => Promise<Ran>;

/** Two series of 40 hours, called -1 and +2; `wind` of the last rows as given. */
function series(name: string, last: string, x = (i: number): number | string => i % 5): string {
  const rows = ["-1", "+2"].flatMap((group) =>
    Array.from({ length: 40 }, (_, i) => {
      const time = new Date(Date.UTC(2026, 0, 1, i)).toISOString().slice(0, 16);
      const wind = i < 38 ? ["north", "south"][i % 2] : last;
      return `${time},${group},${wind},${x(i)},${Math.sin(i / 3).toFixed(4)}`;
    }),
  );
  const file = path.join(folder, name);
  writeFileSync(file, ["t,g,wind,x,y", ...rows, ""].join("\n"));
  return file;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-predict-notes-"));
  seqtune = commandLineIn(folder);
  series("known.csv", "north");
  const sweep = path.join(folder, "notes.yaml");
  writeFileSync(
    sweep,
    `name: notes
data: {file: known.csv, time: t, group: g, targets: [y], categorical: [wind], window: 4}
model: {hidden: 4}
parameters: {learning_rate: {value: 0.01}}
budget: {trials: 1, epochs: 1}
workers: 1
`,
  );
  expect((await seqtune("run", sweep)).code).toBe(0);
});
afterAll(() => removeFolder(folder));

describe("predict, beside its predictions,", () => {
  it("says on standard error that it met values that training never saw, and names series as the file does", async () => {
    const known = await seqtune("predict", "seqtune.db.models/notes", "known.csv");
    expect(known).toMatchObject({ code: 0, err: expect.stringMatching(/(^|\n)2 predictions\n$/) });
    expect(known.out).toMatch(/^g,line,step,time,y\r\n-1,41,1,.*\r\n\+2,81,1,.*\r\n$/);

    const file = series("gale.csv", "gale");
    const gale = await seqtune("predict", "seqtune.db.models/notes", file);
    expect(gale).toMatchObject({
      code: 0,
      err: expect.stringContaining(
        `warning: ${file}: 4 rows hold values of "wind" that the training rows do not have ("gale"): all its inputs are 0 there\n`,
      ),
    });
    expect(gale.out).toMatch(/^g,line,step,time,y\r\n-1,41,/);
  });

  it("says what a user of a model can do about a missing value", async () => {
    const file = series("gap.csv", "north", (i) => (i === 7 ? "NA" : i % 5));
    const { code, err } = await seqtune("predict", "seqtune.db.models/notes", file);
    expect(code).toBe(1);
    expect(err).toContain(
      '2 values of column "x" are missing, the first on line 9, and the model was trained on complete rows: fill them in or remove those rows, or train a model with `missing` set',
    );
  });
});
