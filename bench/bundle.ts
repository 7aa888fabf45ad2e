import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type PluginBuild } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = path.join(root, ".cache", "bench");

/**
 * A program of the repository, named by its path there, and all it imports in one file, as `scripts/bundle-programs.mjs` makes of the command line. So a
 * process that is measured holds what an installed one does, and no TypeScript loader, which is some 40 MB. Returns the file.
 */
export async function bundle(program: string): Promise<string> {
  const outfile = path.join(folder, `${path.basename(program, ".ts")}.mjs`);
  await build({
    entryPoints: [path.join(root, program)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["better-sqlite3", "koffi", "@tensorflow/*"],
    logLevel: "warning",
    banner: {
      js: `import { createRequire as requireFrom } from "node:module";\nconst require = requireFrom(import.meta.url);`,
    },
    plugins: [{ name: "as-if-in-place", setup: asIfInPlace }],
  });
  return outfile;
}

/** Files find their neighbours by `import.meta.url`: it stays the place of the source. */
function asIfInPlace(bundling: PluginBuild): void {
  bundling.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
    if (file.includes("node_modules")) return undefined;
    const source = await readFile(file, "utf8");
    const contents = source
      .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(file).href))
      .replaceAll('import { z } from "zod"', 'import * as z from "zod"');
    return { contents, loader: "ts" };
  });
}
