import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { lengthSuite } from "./lengths.ts";

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
  {
    // Runs in browsers: what it shares with the command line are pure functions.
    folder: "page",
    mayImport: ["page", "search", "orchestrator/views", "orchestrator/repeats/samples.ts"],
    packages: ["preact", "preact/hooks", "@preact/signals", "vite"],
  },
];

/**
 * The rooms of a folder in the order of its steps: a room imports itself and the rooms before it. Files directly in the
 * folder put the rooms together and may import them all; rooms take only `errors.ts` from there, unless said otherwise.
 */
interface Rooms {
  readonly folder: string;
  readonly order: readonly string[];
  readonly useFolder?: readonly string[];
}

const rooms: readonly Rooms[] = [
  {
    folder: "worker/data",
    order: ["file", "formats", "split", "inputs", "outputs", "checks", "baselines", "forecast"],
    useFolder: ["baselines", "forecast"], // they start from prepared data
  },
  { folder: "worker/protocol/nats", order: ["link", "server", "worker", "coordinator"] },
];

/** What is wrong with one import between the rooms of a folder, in words; `null` when it is allowed. */
function roomViolation(
  { folder, order, useFolder = [] }: Rooms,
  file: string,
  specifier: string,
): string | null {
  if (!specifier.startsWith(".") || !file.startsWith(`${folder}/`)) return null;
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (!target.startsWith(`${folder}/`)) return null;
  const from = roomOf(folder, file);
  const to = roomOf(folder, target);
  if (from === null || from === to) return null;
  if (to === null) {
    if (useFolder.includes(from) || path.posix.basename(target) === "errors.ts") return null;
    return `${file} imports ${target}, but ${folder}/${from}/ may import only rooms before it`;
  }
  const mayImport = order.slice(0, order.indexOf(from) + 1);
  return mayImport.includes(to)
    ? null
    : `${file} imports ${target}, but ${folder}/${from}/ may import only ${mayImport.join(", ")}`;
}

/** The first folder below `folder` on the way to the file; `null` for a file directly in it. */
function roomOf(folder: string, file: string): string | null {
  const [room, ...rest] = file.slice(folder.length + 1).split("/");
  return rest.length === 0 ? null : room!;
}

/** Where timers are set and clocks are read beside the clock itself (`worker/protocol/clock.ts`), and why. */
const ownTimers: Readonly<Record<string, string>> = {
  "worker/protocol/clock.ts": "is the clock",
  "worker/training/": "measures how fast this machine trains",
  "worker/engines/": "measures how fast this machine trains",
  "worker/lstm/cuda/": "measures how fast this machine trains",
  "worker/program/": "waits for other programs, which live in the machine's time",
  "worker/protocol/local/fork-program.ts": "waits for a child process, which lives in the machine's time",
  "worker/protocol/local/pool.ts": "waits for child processes, which live in the machine's time",
  "orchestrator/cli/": "draws for people who look on, and hands the system's clock to what it starts",
  "page/": "runs in browsers, and draws for people who look on",
};

/** `setImmediate` is none: it lets others have their turn, and no time passes. */
const timerPattern =
  /\b(?:setTimeout|setInterval|Date\.now|performance\.now|AbortSignal\.timeout|new Date\(\))|node:timers/;

function setsTimers(file: string, source: string): boolean {
  return timerPattern.test(source) && !Object.keys(ownTimers).some((place) => file.startsWith(place));
}

/** Files of the NATS rooms that take the system's clock where they are given none, or name it to people. */
const systemClockByDefault = [
  "connect-patiently.ts",
  "file-cache.ts",
  "link.ts",
  "server-errors.ts",
  "spool-folder.ts",
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
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.includes("kernels"))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

describe("the layers", () => {
  it.each(["search", "storage", "worker", "orchestrator", "page"])(
    "%s imports only what it may",
    (folder) => {
      const files = sources(folder);
      expect(files.length).toBeGreaterThan(0);
      const wrong = files.flatMap((file) =>
        importsOf(readFileSync(path.join(root, file), "utf8")).flatMap(
          (specifier) => violation(file, specifier) ?? [],
        ),
      );
      expect(wrong).toEqual([]);
    },
  );

  it.each(rooms)("the rooms of $folder import only rooms before them", (plan) => {
    const files = sources(plan.folder);
    const found = new Set(files.flatMap((file) => roomOf(plan.folder, file) ?? []));
    expect([...found].toSorted()).toEqual(plan.order.toSorted());
    const wrong = files.flatMap((file) =>
      importsOf(readFileSync(path.join(root, file), "utf8")).flatMap(
        (specifier) => roomViolation(plan, file, specifier) ?? [],
      ),
    );
    expect(wrong).toEqual([]);
  });

  it("timers are set and clocks are read through the clock that is passed in", () => {
    const files = ["search", "storage", "worker", "orchestrator", "page"].flatMap((folder) =>
      sources(folder),
    );
    const texts = new Map(files.map((file) => [file, readFileSync(path.join(root, file), "utf8")]));
    expect(files.filter((file) => setsTimers(file, texts.get(file)!))).toEqual([]);
    const needed = (place: string): boolean =>
      files.some((file) => file.startsWith(place) && timerPattern.test(texts.get(file)!));
    expect(Object.keys(ownTimers).filter((place) => !needed(place))).toEqual([]);
    // On NATS every part takes the clock of its connection.
    const nats = files.filter((file) => file.startsWith("worker/protocol/nats/"));
    const named = nats.filter((file) => texts.get(file)!.includes("systemClock"));
    expect(named.map((file) => path.posix.basename(file)).toSorted()).toEqual(systemClockByDefault);
  });

  it("search/ has no clock and no other source of chance", () => {
    const wrong = sources("search").filter((file) =>
      /Math\.random|Date\.now|new Date\b|performance\.now/.test(readFileSync(path.join(root, file), "utf8")),
    );
    expect(wrong).toEqual([]);
  });

  it("unit tests, which share a process, take no hooks from a module: only its first importer would have them", () => {
    const inOwnProcess = ["test/integration/", "test/faults/", "test/support/", "test/contracts/"];
    const wrong = sources("test")
      .filter((file) => !inOwnProcess.some((place) => file.startsWith(place)))
      .filter((file) =>
        importsOf(readFileSync(path.join(root, file), "utf8")).some((from) => from.endsWith("-per-test.ts")),
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
    const data = rooms[0]!;
    expect(roomViolation(data, "worker/data/file/csv.ts", "../split/split.ts")).toContain("only file");
    expect(roomViolation(data, "worker/data/file/csv.ts", "../prepare.ts")).toContain("only rooms before it");
    expect(setsTimers("worker/agent.ts", "await bus.flush(AbortSignal.timeout(10_000));")).toBe(true);
    expect(setsTimers("worker/training/train-trial.ts", "performance.now()")).toBe(false);
    expect(importsOf('const x = await import("../storage/store.ts");')).toEqual(["../storage/store.ts"]);
    expect(importsOf('import type { A } from "./a.ts";\nimport "./b.ts";')).toEqual(["./a.ts", "./b.ts"]);
  });
});

lengthSuite();
