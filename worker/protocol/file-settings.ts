import { z } from "zod";

/** How a data file is written. All have a default that is found by looking, or that refuses what is not clear. */
export const fileSettingsShape = {
  delimiter: z
    .string()
    .regex(/^(?:[^"\r\n]|\\t)$/)
    .meta({ title: "one character, or \\t" })
    .optional()
    .describe(
      "What separates cells; default: comma, semicolon, tab or |, whichever the header uses most. A space stands for any number of spaces and tabs",
    ),
  decimal: z
    .enum([".", ","])
    .optional()
    .describe("Decimal mark; default: points, and commas where they do not separate cells"),
  thousands: z.enum([",", ".", " ", "'", "_"]).optional().describe("Mark between thousands, as in 1,234,567"),
  strip: z
    .array(z.string().regex(/^[^\d\s.,+-](?:.*[^\s.,+-])?$/))
    .min(1)
    .optional()
    .describe(
      'Signs and units that stand beside numbers: ["€", "%", "kW"]; 12 % is then 12. In a column with two of them, cells with the second stay text',
    ),
  header: z
    .union([z.literal(false), z.int().min(1)])
    .optional()
    .describe("Line with the column names; lines before it are skipped; false: there is none"),
  skip_rows: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe(
      "Rows right below the column names that are none, such as units; default: 0, and what looks like units is refused",
    ),
  skip_footer: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe("Lines at the end of the file that are no rows, such as a total or notes; default: 0"),
  columns: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("Names of all columns, in place of those in the file"),
  missing_values: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .describe('Other cells that mean a missing value: -200, "none"'),
  sheet: z.string().optional().describe("Excel workbooks: the sheet to read; default: the only one"),
  time_format: z
    .string()
    .optional()
    .describe(
      "How times are written: YYYY or YY, M, MMM, Q (Q1), W (W01), D, H, h, m, s, S, A (AM or PM), Z (an offset) and [text] as it stands, as in D/M/YYYY H:mm",
    ),
  time_zone: z
    .string()
    .optional()
    .describe("Zone of times written without one, such as Europe/Berlin; default: UTC"),
  duplicates: z
    .enum(["error", "first", "last", "mean"])
    .optional()
    .describe(
      "Rows of a series with the same time: refuse them (default), keep one, or average their numbers",
    ),
  sort: z.boolean().optional().describe("Sort the rows of each series by time"),
  gaps: z
    .enum(["warn", "cut", "fill"])
    .optional()
    .describe(
      "Missing times in a series: warn (default), let no window run across, or add rows with missing values",
    ),
};

const fileSettingsSchema = z.strictObject(fileSettingsShape);
type FileSettings = z.infer<typeof fileSettingsSchema>;

/** What the reading of a file depends on; everything else is done to the table. */
export type Reading = Pick<
  FileSettings,
  | "delimiter"
  | "decimal"
  | "thousands"
  | "strip"
  | "header"
  | "skip_rows"
  | "skip_footer"
  | "columns"
  | "missing_values"
>;

/** The same key, the same table: of a file with this hash, read by these settings. */
export function readingKey(sha256: string, settings: Reading): string {
  return `${sha256} ${JSON.stringify(readingOf(settings))}`;
}

export function readingOf(settings: Reading): Reading {
  const { delimiter, decimal, thousands, strip, header, skip_rows, skip_footer, columns, missing_values } =
    settings;
  return { delimiter, decimal, thousands, strip, header, skip_rows, skip_footer, columns, missing_values };
}
