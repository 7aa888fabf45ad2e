import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { formatSweepErrors } from "../../../orchestrator/config/errors.ts";
import { loadSweep } from "../../../orchestrator/config/load.ts";
import { sweepJsonSchema } from "../../../orchestrator/config/schema.ts";
import { engineChoices, sweepKeys } from "../../../orchestrator/config/sections.ts";
import { engineNames } from "../../../worker/engines/registry.ts";
import { searchableSettings } from "../../../worker/protocol/settings.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const shipped = (await readdir(`${root}configs`)).filter((name) => name.endsWith(".yaml"));

describe("the JSON Schema", () => {
  test("in configs/ is current; if not, run: npx tsx scripts/make-schema.ts", async () => {
    const committed: unknown = JSON.parse(await readFile(`${root}configs/sweep.schema.json`, "utf8"));
    expect(committed).toEqual(sweepJsonSchema());
  });

  test("knows every key and every setting that can be searched, each described", () => {
    const schema = sweepJsonSchema() as { properties: Record<string, { properties?: object }> };
    expect(Object.keys(schema.properties).sort()).toEqual([...sweepKeys].sort());
    const { else: models } = schema as unknown as { else: typeof schema };
    const parameters = models.properties["parameters"]?.properties ?? {};
    expect(Object.keys(parameters).sort()).toEqual([...new Set(searchableSettings)].sort());
    for (const section of Object.values(schema.properties)) expect(section).toHaveProperty("description");
  });
});

test("workers.engine names the engines there are", () => {
  expect([...engineChoices].sort()).toEqual(["auto", "fused", "native", "tfjs", ...engineNames].sort());
});

describe.each(shipped)("configs/%s", (name) => {
  test("runs as it is, without a warning", async () => {
    const loaded = await loadSweep(`${root}configs/${name}`);
    if (!loaded.ok) throw new Error(formatSweepErrors(loaded.errors));
    expect(formatSweepErrors(loaded.warnings)).toBe("");
    expect(loaded.sweep.description).not.toBe("");
  });

  test("names the schema for editors", async () => {
    const text = await readFile(`${root}configs/${name}`, "utf8");
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=./sweep.schema.json");
  });
});
