import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { themeCss, dark, light } from "../../../orchestrator/views/plots/svg/theme.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Every file that these files load when they run: imports of types alone are gone by then. */
function loadedBy(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const seen = new Map<string, readonly string[]>();
  const waiting = [...files];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    const source = readFileSync(file, "utf8");
    const values = source.replaceAll(/(?:import|export) type [^;]*?;/gs, "");
    const names = [...values.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]!);
    seen.set(file, names);
    for (const name of names) if (name.startsWith(".")) waiting.push(path.resolve(path.dirname(file), name));
  }
  return seen;
}

it("plots and their renderer run where there is neither Node nor a package: in a browser", () => {
  const folder = path.join(root, "orchestrator/views/plots");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const loaded = loadedBy(files);
  expect(loaded.size).toBeGreaterThan(10);
  const foreign = [...loaded].flatMap(([file, names]) =>
    names.filter((name) => !name.startsWith(".")).map((name) => `${path.relative(root, file)}: ${name}`),
  );
  expect(foreign).toEqual([]);
});

it("a page can give every tone the colour of another theme", () => {
  for (const theme of [light, dark]) {
    const css = themeCss(theme);
    for (const color of [...Object.values(theme.tones), ...theme.ramp]) expect(css).toContain(color);
    expect(css).toContain(".s-r8{");
  }
});
