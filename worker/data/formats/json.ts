import { z } from "zod";
import { DataError } from "../errors.ts";
import { csvOf, type Cell } from "./text-table.ts";

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const record = z.record(z.string(), cell);

/** JSON Lines, one object per row, or one array of objects, as CSV. Columns in order of appearance. */
export function jsonToCsv(text: string): Buffer {
  const records = text.trimStart().startsWith("[") ? arrayOf(text) : linesOf(text);
  const names = new Set<string>();
  for (const each of records) for (const name of Object.keys(each)) names.add(name);
  const header = [...names];
  return csvOf(
    header,
    records.map((each): Cell[] => header.map((name) => each[name] ?? null)),
  );
}

function linesOf(text: string): z.infer<typeof record>[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === "") return [];
    const where = `line ${i + 1}`;
    return [recordOf(parsed(line, where), where)];
  });
}

function arrayOf(text: string): z.infer<typeof record>[] {
  const all = parsed(text, "the file");
  return Array.isArray(all) ? all.map((each, i) => recordOf(each, `entry ${i + 1}`)) : [];
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "";
    throw new DataError(`${where} is not JSON (${why}): give one object per line, or one array of objects`);
  }
}

function recordOf(value: unknown, where: string): z.infer<typeof record> {
  const found = record.safeParse(value);
  if (found.success) return found.data;
  const name = found.error.issues[0]?.path[0];
  throw new DataError(
    name === undefined
      ? `${where} is no JSON object: give one object per line, its keys being the columns`
      : `${where}, key "${String(name)}", holds no plain value: write a number, a text, true, false or null`,
  );
}
