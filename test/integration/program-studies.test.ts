/** Whole studies of programs, by the command line and by the library. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { StudyEvents } from "../../orchestrator/events.ts";
import { loadSweep } from "../../orchestrator/config/load.ts";
import { resumeStudy, runSweep, type StudyResult } from "../../orchestrator/run/run-sweep.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { tell } from "../orchestrator/cli/support.ts";
import { isAlive } from "../support/alive.ts";
import { startCli } from "../support/cli-process.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { pythonWith } from "../support/python.ts";
import { until } from "../support/until.ts";

/** A training that gets better with every epoch, and goes on from its checkpoint. */
const training = `
from=0; test -f "$SEQTUNE_CHECKPOINT/epoch" && from=$(cat "$SEQTUNE_CHECKPOINT/epoch")
test "$from" = "$SEQTUNE_FROM_EPOCH" || { echo "checkpoint of $from, not $SEQTUNE_FROM_EPOCH"; exit 1; }
x=\${1#--x=}; echo "training with $x"
for e in $(seq $((from + 1)) "$SEQTUNE_EPOCHS"); do
  echo "{\\"epoch\\": $e, \\"val_loss\\": $((x * 100 - e))}"; echo "$SEQTUNE_TRIAL $e" >>done
  echo $e >"$SEQTUNE_CHECKPOINT/epoch"
done
echo "weights of $x" >"$SEQTUNE_OUTPUT/weights"
`;

function sweepFile(script: string, more: string): string {
  writeFileSync(path.join(folder, "train.sh"), `#!/bin/sh\n${script}`);
  chmodSync(path.join(folder, "train.sh"), 0o755);
  const file = path.join(folder, "sweep.yaml");
  writeFileSync(
    file,
    `program: {command: [./train.sh, "\${args}"], grace: 2}\nmetric: {name: val_loss}\nparameters: {x: {values: [5, 3, 8, 1, 9, 2]}}\nmethod: grid\n${more}\n`,
  );
  return file;
}

async function run(file: string, events = new StudyEvents()): Promise<StudyResult> {
  const loaded = await loadSweep(file);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return await runSweep(loaded.sweep, { db, name: "s", events });
}

const done = (): string[] => readFileSync(path.join(folder, "done"), "utf8").trim().split("\n");

describe("a study of a program", () => {
  it("goes through its space, brings the best output home and shows the log", async () => {
    const file = sweepFile(training, "budget: {epochs: 2}\nbaselines: {last week: 150}");
    const ran = await tell(["run", file, "--db", db, "--plain"], { cwd: folder });
    expect(ran.stderr).toBe("");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("(last week)");
    expect(ran.stdout).toContain("output of trial 3 in study.db.models/sweep");
    expect(readFileSync(`${db}.models/sweep/weights`, "utf8")).toBe("weights of 1\n");
    const shown = await tell(["show", "best", "--db", db], { cwd: folder });
    expect(shown.stdout).toMatch(/sweep, trial 3 {2}complete after 2 of 2 epochs\nval_loss 98 at epoch 2/);
    expect(shown.stdout).toContain("what attempt 1 printed last\n  training with 1");
    const again = await tell(["export", "--db", db, "--out", "copy"], { cwd: folder });
    expect(again.stdout).toContain("output of epoch 2");
    expect(existsSync(path.join(folder, "copy/provenance.json"))).toBe(true);
    const evaluated = await tell(["evaluate", "--db", db], { cwd: folder });
    expect(evaluated.code).toBe(1);
    expect(evaluated.stderr).toContain("study sweep runs a program");
  });

  it("pauses and continues trials: each epoch of each is trained once", async () => {
    const file = sweepFile(
      training,
      "budget: {epochs: 4}\nearly_terminate: {type: asha, min_epochs: 1, eta: 2}\nworkers: 2",
    );
    expect(await run(file)).toMatchObject({ state: "complete" });
    expect(new Set(done()).size).toBe(done().length);
    const store = openStore(db, { readonly: true });
    const [best] = store.trials(store.findStudy("s")!.id, { order: "rank", limit: 1 });
    expect(best).toMatchObject({ params: { x: 1 }, state: "complete", value: 96 });
    store.close();
  });

  it("goes on where it was after kill -9 of its coordinator, whose programs die with it", async () => {
    const slow = training.replace("  echo $e >", "  echo $$ >pid; sleep 0.2; echo $e >");
    const file = sweepFile(slow, "budget: {epochs: 3}\nworkers: 1");
    const running = startCli(["run", file, "--db", db, "--name", "s", "--plain"]);
    await running.line("trial 1 started");
    await until(() => existsSync(path.join(folder, "pid")), "the program");
    running.kill("SIGKILL");
    await running.ended;
    const pid = Number(readFileSync(path.join(folder, "pid"), "utf8"));
    await until(() => !isAlive(pid), "the program's end");
    expect(await resumeStudy("s", { db })).toMatchObject({ state: "complete" });
    const store = openStore(db, { readonly: true });
    const trials = store.trials(store.findStudy("s")!.id);
    expect(trials.map(({ params, state, value }) => [params["x"], state, value])).toEqual(
      [5, 3, 8, 1, 9, 2].map((x) => [x, "complete", x * 100 - 3]),
    );
    store.close();
  });

  it("goes on from the copy of its checkpoint when its worker is killed: no epoch is trained again", async () => {
    const held = training.replace(
      "done\necho",
      "test $e = 2 && { test -e pid || echo $$$$ >pid; echo $PPID >worker; until test -e go; do sleep 0.05; done; }; done\necho",
    );
    const file = sweepFile(held, "budget: {epochs: 4, trials: 1}\nworkers: 1");
    writeFileSync(file, readFileSync(file, "utf8").replace("grace: 2", "grace: 2, checkpoint_every: 1ms"));
    const loaded = await loadSweep(file);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
    const ended = runSweep(loaded.sweep, { db, name: "s" });
    await until(() => existsSync(path.join(folder, "worker")), "the program");
    const store = openStore(db, { readonly: true });
    const { id } = store.findStudy("s")!;
    await until(() => store.trials(id)[0]?.checkpoint?.epoch === 2, "the copy of its checkpoint");
    const read = (name: string): number => Number(readFileSync(path.join(folder, name), "utf8"));
    process.kill(read("worker"), "SIGKILL");
    await until(() => !isAlive(read("pid")), "the program's end");
    writeFileSync(path.join(folder, "go"), "");
    expect(await ended).toMatchObject({ state: "complete" });
    expect(done()).toEqual(["0 1", "0 2", "0 3", "0 4"]);
    expect(store.attempts(id).length).toBe(2);
    store.close();
  });

  it("is interrupted in good order, and resumed from checkpoints", async () => {
    const slow = training
      .replace("for e", "trap 'exit 0' TERM\nfor e")
      .replace("done\necho", "sleep 0.1; done\necho");
    const file = sweepFile(slow, "budget: {epochs: 5}\nworkers: 1");
    const running = startCli(["run", file, "--db", db, "--name", "s", "--plain"]);
    await running.line("best val_loss");
    running.kill("SIGINT");
    expect((await running.ended).how).toBe(130);
    expect(await resumeStudy("s", { db })).toMatchObject({ state: "complete" });
    expect(new Set(done()).size).toBe(done().length);
  });

  it("stops when its first three trials fail alike, and says why", async () => {
    const file = sweepFile(
      `echo "no column x$SEQTUNE_TRIAL in '/data/$SEQTUNE_TRIAL.csv'" >&2; exit 1`,
      "budget: {epochs: 1}\nworkers: 1",
    );
    const ran = await tell(["run", file, "--db", db, "--plain"], { cwd: folder });
    expect(ran.code).toBe(2);
    expect(ran.stdout).toContain("study failed: the first trials failed alike: exit code 1: no column x2");
    expect(ran.stdout).not.toContain("trial 4 started");
  });

  it("goes on where some of the first fail and others do not", async () => {
    const file = sweepFile(`test "$1" = --x=3 && echo '{"val_loss": 7}' || exit 1`, "workers: 1");
    expect(await run(file)).toMatchObject({ state: "complete" });
  });

  it("is tried by check --try", async () => {
    const file = sweepFile(training, "budget: {epochs: 3}");
    const tried = await tell(["check", file, "--try"], { cwd: folder });
    expect(tried.stdout).toContain("its first epoch is done, and it would go on from there");
    expect(tried.stdout).toMatch(/epoch 1: val_loss \d99\n {2}training with \d/);
    expect(tried.code).toBe(0);
    const silent = await tell(["check", sweepFile("echo hello", ""), "--try", "--json"], { cwd: folder });
    expect(silent.code).toBe(1);
    expect(JSON.parse(silent.stdout)).toMatchObject({
      tried: { end: { kind: "failed", failure: "program" }, log: { lines: ["hello"] } },
    });
  });
});

describe("a script that init has read", () => {
  it("is tried and searched by the sweep that init wrote", async () => {
    const script = `import { parseArgs } from "node:util";
const { values } = parseArgs({ options: { lr: { type: "string", default: "0.01" }, epochs: { type: "string", default: "2" } } });
for (let epoch = 1; epoch <= Number(values.epochs); epoch++)
  console.log(JSON.stringify({ epoch, val_loss: Math.abs(Number(values.lr) - 0.02) + 1 / epoch }));
`;
    writeFileSync(path.join(folder, "fit.mjs"), script);
    expect(await tell(["init", "fit.mjs"], { cwd: folder })).toMatchObject({ code: 0 });
    const tried = await tell(["check", path.join(folder, "fit.yaml"), "--try"], { cwd: folder });
    expect(tried.stdout).toContain("epoch 1: val_loss 1.0");
    expect(tried.code).toBe(0);
    const result = await run(path.join(folder, "fit.yaml"));
    expect(result).toMatchObject({ state: "complete" });
    const store = openStore(db, { readonly: true });
    expect(store.counts(store.findStudy(result.study)!.id)).toMatchObject({ complete: 20 });
    store.close();
  });
});

describe("the examples in configs/", () => {
  const example = (name: string): string =>
    fileURLToPath(new URL(`../../configs/${name}.yaml`, import.meta.url));
  const withTorch = pythonWith("torch");

  async function runExample(
    name: string,
    trials: number,
    most: number,
    command?: readonly string[],
  ): Promise<void> {
    const loaded = await loadSweep(example(name));
    if (!loaded.ok) throw new Error("it cannot be read");
    const { program } = loaded.sweep;
    const sweep = {
      ...loaded.sweep,
      program:
        command === undefined
          ? program!
          : { ...program!, command: [...command, ...program!.command!.slice(1)] },
      budget: { ...loaded.sweep.budget, trials },
    };
    expect(await runSweep(sweep, { db, name: "s" })).toMatchObject({ state: "complete" });
    const store = openStore(db, { readonly: true });
    const [study] = store.studies();
    expect(study).toMatchObject({ trials });
    expect(study!.best).toBeLessThan(most);
    store.close();
  }

  it.skipIf(pythonWith() === null)(
    "in plain Python runs as it is",
    async () => await runExample("program-python", 8, 0.065),
  );

  it("in JavaScript runs as it is", async () => await runExample("program-javascript", 8, 4));

  it.skipIf(withTorch === null)(
    "in PyTorch runs where torch is",
    async () => await runExample("program-torch", 3, 0.1, [withTorch!]),
  );
});
