// Bundles the command line, the workers and the thread of baselines into a few files each, so that Node reads and compiles some 20 files instead of
// 700 at each start, and a worker's two threads keep less. The library stays as tsc writes it.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

// Loaded at run time: native addons and what is optional.
const external = ["better-sqlite3", "koffi", "@tensorflow/*"];

/** What is bundled to which folder. Their entries stay where they are, and import what is bundled. */
const inPlace = {
  // The process of a local worker, that of a lab's, and the thread in them that trains.
  slot: ["worker/main.js", "worker/nats-main.js", "worker/training/thread.js"],
  baselines: ["orchestrator/run/baselines/thread.js"],
};

/** `dist`: where tsc has written to. The command line's entry is `dist/cli/main.js`; others stay where they are. */
export async function bundlePrograms(dist) {
  await bundle(dist, "cli", ["orchestrator/cli/main.js"]);
  for (const [folder, entries] of Object.entries(inPlace)) {
    await bundle(dist, folder, entries);
    for (const entry of entries) {
      const bundled = path.join(dist, folder, path.basename(entry));
      const from = path.relative(path.dirname(path.join(dist, entry)), bundled).replaceAll(path.sep, "/");
      writeFileSync(path.join(dist, entry), `import ${JSON.stringify(from)};\n`);
    }
  }
}

/** Writes to `dist/<folder>`, without folders in it. */
async function bundle(dist, folder, entries) {
  await build({
    entryPoints: Object.fromEntries(
      entries.map((entry) => [path.basename(entry, ".js"), path.join(dist, entry)]),
    ),
    outdir: path.join(dist, folder),
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
