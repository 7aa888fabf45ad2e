import type { z } from "zod";
import { allowedAt } from "../orchestrator/config/allowed.ts";
import { methods } from "../orchestrator/config/methods.ts";
import { allRankingMetrics } from "../orchestrator/config/metrics.ts";
import { dataSectionSchema } from "../orchestrator/config/sections.ts";
import { pruners } from "../orchestrator/config/pruners.ts";
import { dataSettingsSchema, unsearchableDataSettings } from "../worker/protocol/data-settings.ts";
import { lossSchema, modelSettingsSchema } from "../worker/protocol/model-settings.ts";

/** The text with each table between `<!-- table: NAME -->` and `<!-- end -->` made again from the schemas. */
export function withTables(markdown: string): string {
  return markdown.replace(
    /(<!-- table: (\w+) -->\n)[^]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => {
      const table = tables[name];
      if (table === undefined) throw new RangeError(`there is no table "${name}"`);
      return `${begin}\n${table()}\n\n${end}`;
    },
  );
}

const { inputs, predict } = dataSectionSchema.shape;

const tables: Readonly<Record<string, () => string>> = {
  data: () => settingsTable({ ...dataSettingsSchema.shape, inputs, predict }, unsearchableDataSettings),
  model: () => settingsTable({ ...modelSettingsSchema.shape, loss: lossSchema }, new Set()),
  metrics: () =>
    rows(
      ["metric", "goal", ""],
      allRankingMetrics.map(({ name, goal, about }) => [`\`${name}\``, goal, about]),
    ),
  methods: () =>
    rows(
      ["method", "", "settings (default)"],
      Object.entries(methods).map(([name, { about, settings }]) => [
        `\`${name}\``,
        about,
        settingsIn(settings, "name"),
      ]),
    ),
  pruners: () =>
    rows(
      ["type", "", "settings (default)"],
      Object.entries(pruners).map(([name, { about, settings }]) => [
        `\`${name}\``,
        about,
        settingsIn(settings, "type"),
      ]),
    ),
};

/** `min_epochs` (2), `eta` (4): the settings beside the one that names the entry. */
function settingsIn(settings: z.ZodObject, naming: string): string {
  return Object.entries<z.ZodType>(settings.shape)
    .filter(([key]) => key !== naming)
    .map(([key, field]) => `\`${key}\`${defaultOf(field) === "" ? "" : ` (${defaultOf(field)})`}`)
    .join(", ");
}

function settingsTable(
  shape: Readonly<Record<string, z.ZodType>>,
  unsearchable: ReadonlySet<string>,
): string {
  return rows(
    ["setting", "allowed", "default", ""],
    Object.entries(shape).map(([name, field]) => [
      `\`${name}\`${unsearchable.has(name) ? " *" : ""}`,
      name === "split" ? "see below" : allowedAt(field, []),
      defaultOf(field),
      field.description ?? "",
    ]),
  );
}

/** The default in YAML's words, empty without one. */
function defaultOf(field: z.ZodType): string {
  const { success, data } = field.safeParse(undefined);
  return success && data !== undefined
    ? JSON.stringify(data)
        .replaceAll('"', "")
        .replace(/([:,])/g, "$1 ")
    : "";
}

function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
}
