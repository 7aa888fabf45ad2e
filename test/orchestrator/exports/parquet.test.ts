import { parquetReadObjects } from "hyparquet";
import { expect, it } from "vitest";
import { parquetOf } from "../../../orchestrator/exports/parquet.ts";

it("numbers come back from a Parquet file bit by bit, with the sign of each zero", async () => {
  const some = [0.5, 0, -0, 0, 0.5, -0, null, NaN, Infinity, -Infinity, 5e-324, 0.1 + 0.2];
  const values = Array.from({ length: 10 }, () => some).flat(); // enough for a dictionary to pay
  const written = parquetOf({ columns: ["x"], rows: values.map((value) => [value]) });
  const rows = await parquetReadObjects({ file: new Uint8Array(written).buffer });
  expect(rows.map((row) => row["x"])).toEqual(values);
});
