/**
 * Plants each bug of mutants.ts in a copy of the tree, one at a time, and runs the tests that ought to notice. Prints a
 * Markdown table; exit code 1 when a bug survives or its place is gone.
 *
 *   npm run test:mutants            or a part: npm run test:mutants -- smape median
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutant } from "./mutant.ts";
import { mutants } from "./mutants.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

type Outcome = "caught" | "survived" | "place not found" | "tests do not pass without it";

function main(words: readonly string[]): void {
  const chosen = mutants.filter(({ bug, file }) => words.every((word) => `${bug} ${file}`.includes(word)));
  const tree = copyTree();
  try {
    console.log(`${chosen.length} planted bugs, Node ${process.versions.node}, ${cpus()[0]?.model.trim()}\n`);
    console.log("| bug | file | outcome | seconds |\n|---|---|---|---|");
    const unsound = untouchedFailures(tree, chosen);
    let survivors = 0;
    for (const mutant of chosen) {
      const start = performance.now();
      const outcome = unsound.has(mutant) ? "tests do not pass without it" : plant(tree, mutant);
      if (outcome !== "caught") survivors++;
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`| ${mutant.bug} | ${mutant.file} | ${outcome} | ${seconds} |`);
    }
    console.log(`\n${chosen.length - survivors} caught, ${survivors} not`);
    if (survivors > 0) process.exitCode = 1;
  } finally {
    rmSync(tree, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The sources, committed or not, and what is built, without the history. */
function copyTree(): string {
  const tree = mkdtempSync(path.join(tmpdir(), "seqtune-mutants-"));
  const listed = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 24,
  });
  if (listed.status !== 0) throw new Error(`git ls-files failed: ${listed.stderr}`);
  for (const file of listed.stdout.split("\0").filter((name) => name !== "")) {
    mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(tree, file));
  }
  for (const built of ["worker/lstm/build", "worker/data/baselines/build", "worker/data/file/build"]) {
    cpSync(path.join(root, built), path.join(tree, built), { recursive: true });
  }
  symlinkSync(path.join(root, "node_modules"), path.join(tree, "node_modules"));
  return tree;
}

/** Bugs whose tests fail already without them, or of whose tests there are none: that they fail with them says nothing. */
function untouchedFailures(tree: string, chosen: readonly Mutant[]): ReadonlySet<Mutant> {
  return new Set([...groupByTests(chosen).values()].filter(([first]) => !passes(tree, first!.tests)).flat());
}

function groupByTests(chosen: readonly Mutant[]): ReadonlyMap<string, readonly Mutant[]> {
  const sets = new Map<string, Mutant[]>();
  for (const mutant of chosen) {
    const key = mutant.tests.join(" ");
    sets.set(key, [...(sets.get(key) ?? []), mutant]);
  }
  return sets;
}

function plant(tree: string, { file, find, replace, tests }: Mutant): Outcome {
  const place = path.join(tree, file);
  const source = readFileSync(place, "utf8");
  if (source.split(find).length !== 2) return "place not found";
  writeFileSync(
    place,
    source.replace(find, () => replace),
  );
  try {
    buildKernels(tree, file);
    return passes(tree, tests) ? "survived" : "caught";
  } finally {
    writeFileSync(place, source);
    buildKernels(tree, file);
  }
}

/** The tests run what is built: where the file is a kernel in AssemblyScript, those of its folder are compiled. */
function buildKernels(tree: string, file: string): void {
  const [folder, name] = file.split("/kernels/");
  if (name === undefined) return;
  const { status, stderr } = spawnSync(process.execPath, ["scripts/build-kernels.mjs", folder!], {
    cwd: tree,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the kernels of ${folder!} could not be compiled: ${stderr}`);
}

function passes(tree: string, tests: readonly string[]): boolean {
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "--project", "unit", "--bail", "1", "--reporter", "dot", ...tests];
  return spawnSync(process.execPath, args, { cwd: tree, stdio: "ignore" }).status === 0;
}

main(process.argv.slice(2));
