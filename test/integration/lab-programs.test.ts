/** Programs in a lab: only a name travels, and each machine says what runs under it. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import { tell } from "../orchestrator/cli/support.ts";
import { startCli } from "../support/cli-process.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { server } from "../support/lab-per-test.ts";

/** Goes on from its checkpoint; leaves word of who ran it, and in which environment. */
const training = `
from=0; test -f "$SEQTUNE_CHECKPOINT/epoch" && from=$(cat "$SEQTUNE_CHECKPOINT/epoch")
env >>"$PLACE/environment"
for e in $(seq $((from + 1)) "$SEQTUNE_EPOCHS"); do
  echo "{\\"epoch\\": $e, \\"val_loss\\": $((\${1#--x=} * 100 - e))}"; echo "$SEQTUNE_TRIAL $e" >>"$PLACE/done"; echo $e >"$SEQTUNE_CHECKPOINT/epoch"
done
echo "weights of $1" >"$SEQTUNE_OUTPUT/weights"
`;

function sweepFile(program: string): string {
  const file = path.join(folder, "sweep.yaml");
  writeFileSync(
    file,
    `name: s\nprogram: ${program}\nmetric: {name: val_loss}\nmethod: grid\nparameters: {x: {values: [3, 1, 2, 4]}}\nbudget: {epochs: 4}\nearly_terminate: {type: asha, min_epochs: 1, eta: 2}\n`,
  );
  return file;
}

it("a lab's worker runs what its machine allows, in an environment of its own; others get no trial", async () => {
  writeFileSync(path.join(folder, "train.sh"), training);
  writeFileSync(
    path.join(folder, "programs.yaml"),
    `train: {command: [/bin/sh, train.sh, "\${args}"], env: {PLACE: ${folder}}, pass: [ALLOWED], timeout: 1h}\n`,
  );
  process.env["ALLOWED"] = "yes";
  const worker = (name: string, ...more: string[]) =>
    startCli([
      "worker",
      "--nats",
      server.url,
      "--engine",
      "wasm",
      "--cache",
      path.join(folder, name),
      ...more,
    ]);
  const plain = worker("plain");
  const able = worker("able", "--slots", "2", "--programs", path.join(folder, "programs.yaml"));
  try {
    await Promise.all([
      plain.line("waiting for work"),
      able.line("slot 1: waiting"),
      able.line("slot 2: waiting"),
    ]);
    const file = sweepFile("{command: [/bin/false], name: train}");
    const ran = await tell(["run", file, "--db", db, "--nats", server.url, "--plain"], { cwd: folder });
    expect(ran.code).toBe(0);
    expect(readFileSync(`${db}.models/s/weights`, "utf8")).toBe("weights of --x=1\n");
    const done = readFileSync(path.join(folder, "done"), "utf8").trim().split("\n");
    expect(new Set(done).size).toBe(done.length);
    const store = openStore(db, { readonly: true });
    const study = store.findStudy("s")!;
    expect(study.state).toBe("complete");
    expect(store.trials(study.id, { order: "rank", limit: 1 })[0]).toMatchObject({
      params: { x: 1 },
      value: 96,
    });
    const hosts = new Set(store.attempts(study.id).map((attempt) => attempt.worker));
    expect(hosts.size).toBeGreaterThan(0);
    store.close();
    const environment = readFileSync(path.join(folder, "environment"), "utf8");
    expect(environment).toContain("ALLOWED=yes\n");
    const names = new Set(environment.split("\n").map((line) => line.split("=")[0]!));
    const usual =
      /^(SEQTUNE_\w+|PATH|HOME|USER|LANG|LC_ALL|TMPDIR|TZ|CUDA_\w+|PLACE|ALLOWED|PWD|OLDPWD|SHLVL|_|)$/;
    expect([...names].filter((name) => !usual.test(name))).toEqual([]);
    const workers = await tell(["workers", "--nats", server.url], { cwd: folder });
    expect(workers.stdout).toContain("program.train=yes");
    const shown = await tell(["show", "best", "--db", db], { cwd: folder });
    expect(shown.stdout).toContain("4 of 4 epochs");
  } finally {
    for (const one of [plain, able]) one.kill("SIGTERM");
    await Promise.all([plain.ended, able.ended]);
    delete process.env["ALLOWED"];
  }
});

it("a sweep without a program name and an invalid programs file are refused with what is needed", async () => {
  const file = sweepFile("{command: [./train.sh]}");
  const ran = await tell(["run", file, "--db", db, "--nats", server.url], { cwd: folder });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("program.name is missing: a lab gets only this name");
  const refused = async (text: string): Promise<string> => {
    writeFileSync(path.join(folder, "programs.yaml"), text);
    const { code, stderr } = await tell(["worker", "--nats", server.url, "--programs", "programs.yaml"], {
      cwd: folder,
    });
    return `${code} ${stderr}`;
  };
  expect(await refused("train: {comand: [a]}")).toMatch(
    /^1 .*programs.yaml cannot be used:[^]*comand: there is no such key; did you mean command/,
  );
  expect(await refused("train: {command: python train.py}")).toMatch(/a list of one or more/);
  expect(await refused("{}")).toMatch(/names no program/);
});
