import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { arrange } from "../../../worker/data/split/arrange.ts";
import { timeText } from "../../../worker/data/file/moments.ts";
import { DataError } from "../../../worker/data/errors.ts";
import { asCsv } from "../../../worker/data/formats/as-csv.ts";
import { prepareData, tableOf } from "../../../worker/data/prepare.ts";
import { describeData } from "../../../worker/data/summary.ts";
import { dataSettingsSchema } from "../../../worker/protocol/data-settings.ts";

const folder = new URL("foreign-files/", import.meta.url);

/** One fault or peculiarity each, with the sentence or the reading that belongs to it. */
const cases = z
  .array(
    z.strictObject({
      file: z.string(),
      data: z.record(z.string(), z.unknown()).default({}),
      error: z.string().optional(),
      warning: z.string().optional(),
      reading: z
        .strictObject({
          /** The first values of column y. */
          y: z.array(z.number()),
          rows: z.number(),
          missing: z.number(),
          /** The first and the last. */
          times: z.array(z.string()),
          lines: z.array(z.number()),
          step: z.number(),
          /** Training and validation. */
          windows: z.array(z.number()),
          /** Their labels, in order. */
          classes: z.array(z.string()),
        })
        .partial()
        .optional(),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL("expected.json", folder), "utf8")));

describe("files as people have them", () => {
  it.each(cases)("$file", async ({ file, data, error, warning, reading }) => {
    const settings = dataSettingsSchema.parse({ targets: ["y"], window: 2, ...data });
    const content = asCsv(readFileSync(new URL(file, folder)), settings);
    if (error !== undefined) {
      const refused = content.then((bytes) => prepareData(bytes, settings));
      await expect(refused).rejects.toThrow(error);
      await expect(refused).rejects.toBeInstanceOf(DataError);
      return;
    }
    const bytes = await content;
    if (warning !== undefined) {
      expect(describeData(bytes, settings).warnings.join("\n")).toContain(warning);
      return;
    }
    const { table, times = new Float64Array() } = arrange(tableOf(bytes, settings), settings);
    const prepared = prepareData(bytes, settings);
    const y = table.columns.find(({ name }) => name === "y");
    const found = {
      y: Array.from(y?.numbers.subarray(0, 3) ?? []),
      rows: table.rows,
      missing: y?.counts.missing,
      times: [times[0], times.at(-1)].map((time) => (time === undefined ? "" : timeText(time))),
      lines: [table.lines[0], table.lines.at(-1)],
      step: prepared.pipeline.seen?.step,
      windows: [prepared.train.starts.length, prepared.validation.starts.length],
      classes: describeData(bytes, settings).classes.flatMap(({ counts }) => counts.map(({ name }) => name)),
    };
    expect(found).toMatchObject(reading!);
  });
});
