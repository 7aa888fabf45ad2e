import path from "node:path";
import type { Goal } from "../../search/scores.ts";
import type { Domain, ParamValue } from "../../search/space.ts";
import { UserError } from "../errors.ts";
import { ownColumns, readRows } from "../known/csv-rows.ts";
import { readCell } from "../known/read-cell.ts";
import type { ForeignHistory, ForeignTrial } from "./history.ts";

/**
 * Trials of a table: a line each, a column per parameter, the result under `value` or the metric's name. Lines without a
 * number are diverged where they say so, and failed otherwise. Throws `UserError`.
 */
export async function fromTable(file: string, asked: string | undefined): Promise<ForeignHistory> {
  const rows = await readRows(file);
  const [first] = rows;
  if (first === undefined) throw new UserError(`${file} has no lines below its header`);
  const metric = asked ?? (first["metric"] || null);
  const column = metric !== null && metric in first ? metric : "value";
  if (!(column in first)) {
    throw new UserError(
      `${file} has no column ${metric ?? "value"} with the results; name it with --metric; its columns are ${Object.keys(first).join(", ")}`,
    );
  }
  const names = Object.keys(first).filter((name) => name !== column && name !== "" && !ownColumns.has(name));
  const trials = rows.map((row, index) => trialOf(row, names, column, `${file}, line ${index + 2}`));
  return {
    name: path.basename(file).replace(/\.csv$/i, ""),
    metric,
    goal: goalOf(first["goal"]),
    parameters: names.flatMap((name) => {
      const domain = domainOf(
        trials.flatMap(({ params }) => (params[name] === undefined ? [] : [params[name]])),
      );
      return domain === undefined ? [] : [{ name, domain, when: [] }];
    }),
    trials,
    notes: [],
  };
}

function goalOf(text: string | undefined): Goal | null {
  return text === "minimize" || text === "maximize" ? text : null;
}

function trialOf(
  row: Readonly<Record<string, string>>,
  names: readonly string[],
  column: string,
  where: string,
): ForeignTrial {
  const params = Object.fromEntries(
    names.flatMap((name): [string, ParamValue][] => {
      const text = row[name] ?? "";
      const value = text === "null" ? null : readCell(text, undefined);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const text = row[column] ?? "";
  const said = row["outcome"] ?? "";
  const times = { startedAt: instant(row["started"]), endedAt: instant(row["ended"]) };
  const value = /^[+-]?(nan|inf(inity)?)$/i.test(text) ? Number.NaN : Number(text);
  if (text !== "" && Number.isNaN(value) && /\d/.test(text)) {
    throw new UserError(`${where}: ${column} is "${text}"; it must be a number`);
  }
  const isNumber = text !== "" && Number.isFinite(value);
  const outcome = isNumber
    ? said === "pruned"
      ? "pruned"
      : "complete"
    : said === "diverged"
      ? said
      : "failed";
  const epoch = Math.max(1, Math.trunc(Number(row["epochs"] || 1)) || 1);
  return { params, outcome, curve: isNumber ? [[epoch, value]] : [], ...times };
}

function instant(text: string | undefined): number | null {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) ? null : at;
}

/** The smallest domain that has the values; undefined for none. */
function domainOf(values: readonly ParamValue[]): Domain | undefined {
  const distinct = [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
  const [first] = distinct;
  if (first === undefined) return undefined;
  if (distinct.length === 1) return { kind: "constant", value: first };
  const numbers = distinct.filter((value) => typeof value === "number");
  if (numbers.length < distinct.length) return { kind: "categorical", values: distinct };
  const [min, max] = [Math.min(...numbers), Math.max(...numbers)];
  if (numbers.every(Number.isInteger)) return { kind: "int", min, max, scale: "linear", step: 1 };
  return { kind: "float", min, max, scale: "linear" };
}
