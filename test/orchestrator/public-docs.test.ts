import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url).pathname;

/** Where each name that an entry point exports is written. */
function exportsOf(entry: string): { file: string; name: string }[] {
  const source = readFileSync(path.join(root, entry), "utf8");
  const again = [...source.matchAll(/^export (?:type )?\{([^}]+)\} from "([^"]+)"/gm)].flatMap(
    ([, names, from]) =>
      names!.split(",").map((name) => ({
        file: path.join(path.dirname(entry), from!),
        name: name.replace("type ", "").trim(),
      })),
  );
  const own = [...source.matchAll(/^export (?:async )?(?:function|class|interface|type|const) (\w+)/gm)];
  return [...again, ...own.map(([, name]) => ({ file: entry, name: name! }))];
}

function isDescribed({ file, name }: { file: string; name: string }): boolean {
  const source = readFileSync(path.join(root, file), "utf8");
  const declared = String.raw`export (?:abstract |async )?(?:function|class|interface|type|const) ${name}\b`;
  return new RegExp(String.raw`\*/\n${declared}`).test(source);
}

describe.each(["orchestrator/index.ts", "worker/program/trial.ts"])("the entry point %s", (entry) => {
  it("says of everything it exports what it is", () => {
    const all = exportsOf(entry);
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter((one) => !isDescribed(one))).toEqual([]);
  });
});
