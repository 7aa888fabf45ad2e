import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import { commandLineIn, type Ran } from "../support/command-line.ts";
import { startCli } from "../support/cli-process.ts";
import { until } from "../support/until.ts";
import { removeFolder } from "../support/remove-folder.ts";

let folder: string;
let seqtune: (...args: readonly string[]) => Promise<Ran>;
const at = (...parts: readonly string[]): string => path.join(folder, ...parts);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-home-"));
  seqtune = commandLineIn(folder);
  const rows = Array.from({ length: 90 }, (_, t) => Math.sin(t / 3).toFixed(4));
  writeFileSync(at("y.csv"), `y\n${rows.join("\n")}\n`);
  sweep("method: grid");
});
afterEach(() => removeFolder(folder));

function sweep(method: string, parameters = "{learning_rate: {values: [0.02, 0.01]}}", epochs = 3): void {
  writeFileSync(
    at("sweep.yaml"),
    `name: wave
data: {file: y.csv, targets: [y], window: 12}
model: {hidden: 8}
parameters: ${parameters}
${method}
budget: {trials: 2, epochs: ${epochs}}
workers: 1
`,
  );
}

/** Every file of a folder, byte by byte. */
function contents(of: string): Record<string, string> {
  const names = readdirSync(at(of)).toSorted();
  return Object.fromEntries(names.map((name) => [name, readFileSync(at(of, name), "base64")]));
}

function studyKey(of: string): unknown {
  const { study } = JSON.parse(readFileSync(at(of, "provenance.json"), "utf8")) as {
    study: { key: string };
  };
  return study.key;
}

const byDefault = path.join("seqtune.db.models", "wave");

describe("the best model of a study", () => {
  it("lies beside the database when the study ends, and the command that is printed predicts with it", async () => {
    const { code, out, err } = await seqtune("run", at("sweep.yaml"), "--quiet");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const [said, command] = out.trimEnd().split("\n").slice(-2);
    expect(said).toMatch(/^model of trial [01] in seqtune\.db\.models\/wave$/);
    expect(command).toBe("  seqtune predict seqtune.db.models/wave y.csv");
    const predicted = await seqtune(...command!.trim().split(" ").slice(1));
    expect(predicted.code).toBe(0);
    expect(predicted.err).toMatch(/(^|\n)1 prediction\n$/);
    expect(predicted.out).toMatch(/^line,step,y\r\n91,1,-?\d/);

    expect((await seqtune("export", "--out", "exported")).code).toBe(0);
    expect(contents(byDefault)).toEqual(contents("exported"));
  });

  it("says how it did on the test rows as soon as that is known", async () => {
    await seqtune("run", at("sweep.yaml"), "--quiet");
    const before = readFileSync(at(byDefault, "provenance.json"), "utf8");
    expect(before).not.toContain("test_mse");
    expect((await seqtune("evaluate")).code).toBe(0);
    expect(readFileSync(at(byDefault, "provenance.json"), "utf8")).toContain("test_mse");
    expect(readFileSync(at(byDefault, "README.md"), "utf8")).toContain("test_mse");

    rmSync(at(byDefault), { recursive: true });
    await seqtune("evaluate");
    expect(existsSync(at(byDefault))).toBe(false);
  });

  it("has a folder for each study, and is named in the lines for programs", async () => {
    await seqtune("run", at("sweep.yaml"), "--quiet");
    const { out } = await seqtune("run", at("sweep.yaml"), "--json");
    const events = out.trimEnd().split("\n");
    expect(JSON.parse(events.at(-1)!)).toMatchObject({
      kind: "model_written",
      folder: at("seqtune.db.models", "wave-2"),
    });
    expect(readdirSync(at("seqtune.db.models"))).toEqual(["wave", "wave-2"]);
  });

  it("replaces the one of the last run in a folder that was named, and only a model", async () => {
    const out = ["--quiet", "--model-out", "best model"];
    const first = await seqtune("run", at("sweep.yaml"), ...out);
    expect(first.out).toContain("\n  seqtune predict 'best model' y.csv\n");
    const key = studyKey("best model");
    expect((await seqtune("run", at("sweep.yaml"), ...out)).code).toBe(0);
    expect(studyKey("best model")).not.toBe(key);

    writeFileSync(at("best model", "notes.txt"), "mine");
    const before = contents("best model");
    const third = await seqtune("run", at("sweep.yaml"), ...out);
    expect(third.code).toBe(0);
    expect(third.out).toContain("2 trials: 2 complete");
    expect(third.out).not.toContain("seqtune predict");
    const advice =
      /^note: the model of trial (\d) was not written: .*\/best model is no folder that holds a model and nothing else; remove it, or write it elsewhere with: seqtune (export wave-3 \1 --out) FOLDER\n$/;
    expect(third.err).toMatch(advice);
    expect(contents("best model")).toEqual(before);
    const [, , command] = advice.exec(third.err)!;
    expect((await seqtune(...command!.split(" "), "mine")).code).toBe(0);
    expect(existsSync(at("seqtune.db.models"))).toBe(false);
  });

  it("leaves the model of a study that is gone from the database alone", async () => {
    await seqtune("run", at("sweep.yaml"), "--quiet");
    const before = contents(byDefault);
    rmSync(at("seqtune.db"));
    const { code, err } = await seqtune("run", at("sweep.yaml"), "--quiet");
    expect(code).toBe(0);
    expect(err).toContain("/seqtune.db.models/wave holds the model of another study of that name; remove it");
    expect(contents(byDefault)).toEqual(before);
  });

  it("stays with the database where its folder cannot be made, or is not wanted", async () => {
    symlinkSync(at("nowhere"), at("unmounted"));
    const { code, err } = await seqtune("run", at("sweep.yaml"), "--quiet", "--model-out", "unmounted/model");
    expect(code).toBe(0);
    expect(err).toMatch(
      /^note: .*\/unmounted\/model cannot be written \(ENO[A-Z]+\); write it elsewhere with: /,
    );
    const unwanted = await seqtune("run", at("sweep.yaml"), "--quiet", "--no-model");
    expect(unwanted).toMatchObject({ code: 0, err: "" });
    expect(unwanted.out).not.toContain("model of");
    expect(existsSync(at("seqtune.db.models"))).toBe(false);
    expect((await seqtune("run", at("sweep.yaml"), "--no-model", "--model-out", "m")).err).toContain(
      "option '--model-out <folder>' cannot be used with option '--no-model'",
    );
  });

  it("is not mentioned where there is none: range tests, and studies whose trials all diverged", async () => {
    sweep("method: {name: lr_range, steps: 20}", "{layers: {values: [1, 2]}}");
    const ranges = await seqtune("run", at("sweep.yaml"), "--quiet");
    expect(ranges).toMatchObject({ code: 0, err: "" });
    sweep("method: grid", "{learning_rate: {values: [100000, 1000000]}, optimizer: {values: [sgd]}}");
    const diverged = await seqtune("run", at("sweep.yaml"), "--quiet");
    expect(diverged).toMatchObject({ code: 2, err: "", out: expect.stringContaining("2 diverged") });
    for (const { out } of [ranges, diverged]) expect(out).not.toContain("model of");
    expect(existsSync(at("seqtune.db.models"))).toBe(false);
  });

  it("comes when an interrupted study has gone on to its end, also to an early one", async () => {
    sweep("method: grid", undefined, 200_000);
    const db = at("seqtune.db");
    const reports = (): number => {
      const store = openStore(db, { readonly: true });
      try {
        const study = store.findStudy("wave");
        return study === null ? 0 : [...store.reports(study.id)].length;
      } finally {
        store.close();
      }
    };
    const run = startCli(["run", at("sweep.yaml"), "--db", db, "--plain"]);
    await run.line("trial 0 started");
    await until(() => reports() >= 3, "three reports");
    run.kill("SIGINT");
    expect((await run.ended).how).toBe(130);
    expect(existsSync(at("seqtune.db.models"))).toBe(false);

    const resumed = startCli(["resume", "--db", db, "--plain"]);
    const before = reports();
    await until(() => reports() > before, "a report more");
    expect((await seqtune("stop", "wave")).code).toBe(0);
    expect(await resumed.ended).toEqual({ how: 0, stderr: "" });
    expect(resumed.lines.at(-1)).toMatch(/^ {2}seqtune predict .*seqtune\.db\.models\/wave /);
    expect(studyKey(byDefault)).toMatch(/^\d{4}-/);
  });
});
