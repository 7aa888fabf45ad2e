import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readData } from "../../orchestrator/run/data-file.ts";
import { readTable } from "../../worker/data/file/table.ts";
import { cellText } from "../../worker/data/file/columns.ts";

const folder = mkdtempSync(path.join(tmpdir(), "seqtune-data-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): void {
  writeFileSync(path.join(folder, name), text);
}

describe("several data files by a pattern", () => {
  it("are joined in order, each row with the name of its file", async () => {
    file("plant-b.csv", 'time;y\n2020-01-01;"0,5"\n');
    file("plant-a.csv", "time;y\n2020-01-01;1,5\n2020-01-02;2,5\n");
    const bytes = await readData(path.join(folder, "plant-*.csv"));
    const table = readTable(bytes);
    const text = (column: number) => [0, 1, 2].map((row) => cellText(table.columns[column]!, row));
    expect(table.columns.map(({ name }) => name)).toEqual(["time", "y", "file"]);
    expect(Array.from(table.columns[1]!.numbers)).toEqual([1.5, 2.5, 0.5]);
    expect(text(2)).toEqual(["plant-a", "plant-a", "plant-b"]);
  });

  it("say their part where all names do, and are joined in the order of parts", async () => {
    file("ECG_TRAIN.csv", "y\n1\n");
    file("ECG_TEST.csv", "y\n2\n");
    const text = Buffer.from(await readData(path.join(folder, "ECG_*.csv"))).toString();
    expect(text).toBe("y,file,part\n1,ECG_TRAIN,train\n2,ECG_TEST,test\n");
  });

  it("have no lines that a setting would leave out of one of them only", async () => {
    file("unit-1.csv", "y\nm\n1\n");
    file("unit-2.csv", "y\nm\n2\n");
    await expect(readData(path.join(folder, "unit-*.csv"), { skip_rows: 1 })).rejects.toThrow(
      "`skip_rows` does not go with several files",
    );
  });

  it("are refused where their columns differ, and where there are none", async () => {
    file("odd-1.csv", "a,b\n1,2\n");
    file("odd-2.csv", "b,a\n1,2\n");
    await expect(readData(path.join(folder, "odd-*.csv"))).rejects.toThrow(
      'odd-2.csv has other columns ("b", "a") than odd-1.csv ("a", "b")',
    );
    await expect(readData(path.join(folder, "none-*.csv"))).rejects.toThrow("no file matches");
  });
});
