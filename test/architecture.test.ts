import { readFileSync } from "node:fs";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * Who may import whom: docs/architecture.md as a list. The first layer whose folder holds a file is its layer;
 * `packages` are the npm packages it may use (all, when absent).
 */
interface Layer {
  readonly folder: string;
  readonly mayImport: readonly string[];
  readonly packages?: readonly string[];
}

const layers: readonly Layer[] = [
  { folder: "search", mayImport: ["search"], packages: [] },
  { folder: "storage", mayImport: ["storage", "search"] },
  { folder: "worker/protocol", mayImport: ["worker/protocol", "search"] },
  { folder: "worker/data", mayImport: ["worker/data", "worker/protocol", "search"] },
  { folder: "worker/model", mayImport: ["worker/model", "worker/data", "worker/protocol", "search"] },
  { folder: "worker/lstm", mayImport: ["worker/lstm"], packages: ["koffi"] },
  { folder: "worker", mayImport: ["worker", "search"] },
  {
    folder: "orchestrator",
    mayImport: [
      "orchestrator",
      "search",
      "storage",
      "worker/protocol",
      "worker/data",
      "worker/model",
      "worker/version.ts",
    ],
  },
];

const importPattern = /(?:from|import)\s*\(?\s*"([^"]+)"/g;

function importsOf(source: string): readonly string[] {
  return [...source.matchAll(importPattern)].map((match) => match[1]!);
}

/** What is wrong with one import of a file, in words; `null` when it is allowed. */
function violation(file: string, specifier: string): string | null {
  const layer = layers.find(({ folder }) => file.startsWith(`${folder}/`));
  if (layer === undefined) return null;
  if (specifier.startsWith(".")) {
    const target = path.posix.join(path.posix.dirname(file), specifier);
    const allowed = layer.mayImport.some((folder) => target === folder || target.startsWith(`${folder}/`));
    return allowed
      ? null
      : `${file} imports ${target}, but ${layer.folder}/ may import only ${layer.mayImport.join(", ")}`;
  }
  if (specifier.startsWith("node:")) {
    return layer.folder === "search"
      ? `${file} imports ${specifier}, but search/ decides without input or output`
      : null;
  }
  const known = layer.packages === undefined || layer.packages.includes(specifier);
  return known ? null : `${file} imports the package ${specifier}, but ${layer.folder}/ may not`;
}

function sources(folder: string): readonly string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes("kernels"))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

describe("the layers", () => {
  it.each(["search", "storage", "worker", "orchestrator"])("%s imports only what it may", (folder) => {
    const files = sources(folder);
    expect(files.length).toBeGreaterThan(0);
    const wrong = files.flatMap((file) =>
      importsOf(readFileSync(path.join(root, file), "utf8")).flatMap(
        (specifier) => violation(file, specifier) ?? [],
      ),
    );
    expect(wrong).toEqual([]);
  });

  it("search/ has no clock and no other source of chance", () => {
    const wrong = sources("search").filter((file) =>
      /Math\.random|Date\.now|new Date\b|performance\.now/.test(readFileSync(path.join(root, file), "utf8")),
    );
    expect(wrong).toEqual([]);
  });

  it("a planted bad import is found", () => {
    expect(violation("search/samplers/tpe.ts", "../../storage/store.ts")).toContain(
      "search/ may import only",
    );
    expect(violation("search/samplers/tpe.ts", "node:fs")).toContain("without input or output");
    expect(violation("search/samplers/tpe.ts", "zod")).toContain("package zod");
    expect(violation("worker/protocol/bus.ts", "../engines/engine.ts")).toContain(
      "worker/protocol/ may import only",
    );
    expect(violation("orchestrator/run.ts", "../worker/engines/registry.ts")).toContain(
      "orchestrator/ may import only",
    );
    expect(importsOf('const x = await import("../storage/store.ts");')).toEqual(["../storage/store.ts"]);
    expect(importsOf('import type { A } from "./a.ts";\nimport "./b.ts";')).toEqual(["./a.ts", "./b.ts"]);
  });
});
