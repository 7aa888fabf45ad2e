/** A machine that is taken away in the middle of a program's trial; another goes on from its checkpoint. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import type { StudyStore } from "../../storage/store.ts";
import { startCli } from "../support/cli-process.ts";
import { descendants, killTree } from "../support/descendants.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { quick } from "../support/nats-lab.ts";
import { NatsServer } from "../support/nats-server.ts";
import type { Script } from "../support/script.ts";
import { until } from "../support/until.ts";

const epochs = 6;
const stuckAfter = 3;
/** Writes its checkpoint before it reports, is stuck on machine one, and does not listen to SIGTERM. */
const training = `
trap '' TERM
epoch=0; test -f "$SEQTUNE_CHECKPOINT/epoch" && epoch=$(cat "$SEQTUNE_CHECKPOINT/epoch")
echo "$MACHINE begins after $epoch, told $SEQTUNE_FROM_EPOCH" >>"$PLACE/said"
while [ "$epoch" -lt "$SEQTUNE_EPOCHS" ]; do
  epoch=$((epoch + 1))
  echo "$epoch" >"$SEQTUNE_CHECKPOINT/new"; mv "$SEQTUNE_CHECKPOINT/new" "$SEQTUNE_CHECKPOINT/epoch"
  echo "{\\"epoch\\": $epoch, \\"val_loss\\": $((100 - epoch))}"
  if [ "$MACHINE" = one ] && [ "$epoch" = ${stuckAfter} ]; then sleep 1000000; fi
done
`;
const sweep = `name: s
program: {command: [/bin/false], name: train, grace: 1s, checkpoint_every: 1s}
metric: {name: val_loss}
method: grid
parameters: {x: {values: [1]}}
budget: {epochs: ${epochs}}
`;

let server: NatsServer;
let running: Script[] = [];

beforeEach(async () => {
  server = await NatsServer.start();
  process.env["SEQTUNE_NATS"] = server.url;
  process.env["SEQTUNE_TEST_TIMINGS"] = JSON.stringify({ ...quick, leaseMs: 10_000 });
  writeFileSync(path.join(folder, "train.sh"), training);
  writeFileSync(path.join(folder, "sweep.yaml"), sweep);
});
afterEach(async () => {
  for (const script of running) script.kill("SIGKILL");
  await Promise.all(running.map((script) => script.ended));
  running = [];
  await server.close();
  delete process.env["SEQTUNE_NATS"];
  delete process.env["SEQTUNE_TEST_TIMINGS"];
});

function start(...args: string[]): Script {
  const script = startCli(args);
  running.push(script);
  return script;
}

function machine(name: string): Script {
  const programs = path.join(folder, `${name}.yaml`);
  const env = `{PLACE: ${folder}, MACHINE: ${name}}`;
  writeFileSync(programs, `train: {command: [/bin/sh, ${path.join(folder, "train.sh")}], env: ${env}}\n`);
  return start("worker", "--engine", "wasm", "--cache", path.join(folder, name), "--programs", programs);
}

function look<T>(read: (store: StudyStore, study: number) => T): T | null {
  if (!existsSync(db)) return null;
  try {
    const store = openStore(db, { readonly: true });
    try {
      const study = store.findStudy("s");
      return study === null ? null : read(store, study.id);
    } finally {
      store.close();
    }
  } catch {
    return null; // it is being made
  }
}

const epochsDone = (): number => look((store, study) => store.trials(study)[0]?.epochsDone) ?? 0;
const attempts = () => look((store, study) => store.attempts(study)) ?? [];

async function stuck(): Promise<{ readonly study: Script; readonly one: Script }> {
  const study = start("run", path.join(folder, "sweep.yaml"), "--db", db, "--plain");
  const one = machine("one");
  await until(() => epochsDone() === stuckAfter, "the epoch at which machine one is stuck");
  return { study, one };
}

/** Its curve has each epoch once, and machine two began where machine one had been. */
async function goesOnOnMachineTwo(study: Script): Promise<void> {
  machine("two");
  expect(await study.ended).toMatchObject({ how: 0, stderr: "" });
  expect(look((store, id) => store.curve(id, 0).map(({ epoch }) => epoch))).toEqual([1, 2, 3, 4, 5, 6]);
  expect(attempts()[1]).toMatchObject({ fromEpoch: stuckAfter, state: "complete" });
  expect(readFileSync(path.join(folder, "said"), "utf8").trim().split("\n")).toEqual([
    "one begins after 0, told 0",
    `two begins after ${stuckAfter}, told ${stuckAfter}`,
  ]);
}

it("a machine that is taken away by SIGTERM, with SIGKILL to follow, hands the trial back with its checkpoint and has left before, though the program does not listen", async () => {
  const { study, one } = await stuck();
  const processes = descendants(one.pid);
  expect(processes.some(({ command }) => command.includes("train.sh"))).toBe(true);
  one.kill("SIGTERM");
  expect((await one.ended).how).toBe(0); // by itself; what follows in a cluster finds nothing any more
  expect(attempts()[0]).toMatchObject({ attempt: 1, state: "handed_back" });
  await goesOnOnMachineTwo(study);
});

it("a machine that is taken away at once, by SIGKILL: the trial goes on from the checkpoint that was copied while the program ran", async () => {
  const { study, one } = await stuck();
  const copied = (): boolean => look((store, id) => store.trials(id)[0]!.checkpoint !== null) === true;
  await until(copied, "a copy of the checkpoint");
  killTree(one.pid);
  await one.ended;
  await goesOnOnMachineTwo(study);
  expect(attempts()[0]).toMatchObject({ state: "lost" });
});
