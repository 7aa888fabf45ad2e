// Bundles the command line into a few files, so that Node reads and compiles some 20 files instead of 700 at each start.
// Workers and the library stay as tsc writes them.
import { readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

// Loaded at run time: native addons and what is optional.
const external = ["better-sqlite3", "koffi", "@tensorflow/*"];

/** `dist`: where tsc has written to. The bundle's entry is `dist/cli/main.js`. */
export async function bundleCli(dist) {
  await build({
    entryPoints: [path.join(dist, "orchestrator/cli/main.js")],
    outdir: path.join(dist, "cli"),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external,
    logLevel: "warning",
    // CommonJS packages inside the bundle ask for Node's modules by require.
    banner: {
      js: `import { createRequire as requireFrom } from "node:module";\nconst require = requireFrom(import.meta.url);`,
    },
    plugins: [{ name: "as-if-in-place", setup: (build) => asIfInPlace(build, dist) }],
  });
}

/**
 * Files find their neighbours (workers' entries, migrations) by `import.meta.url`: in the bundle it stays the place of the
 * file that tsc has written. And zod is imported as a namespace, of which esbuild drops what is not used (60 % of zod).
 */
function asIfInPlace(build, dist) {
  build.onLoad({ filter: /\.js$/ }, ({ path: file }) => {
    const place = path.relative(dist, file);
    if (place.startsWith("..")) return undefined;
    const contents = readFileSync(file, "utf8")
      .replaceAll("import.meta.url", `new URL(${JSON.stringify(`../${place}`)}, import.meta.url).href`)
      .replaceAll('import { z } from "zod"', 'import * as z from "zod"');
    return { contents };
  });
}
