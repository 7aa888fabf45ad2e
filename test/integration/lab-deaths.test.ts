/** The contract of studies whose processes are killed, for programs that a lab's machine runs. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach } from "vitest";
import { studyDeaths } from "../contracts/study-deaths.ts";
import { startCli } from "../support/cli-process.ts";
import { folder } from "../support/folder-per-test.ts";
import { server } from "../support/lab-per-test.ts";
import { quick } from "../support/nats-lab.ts";
import type { Script } from "../support/script.ts";

const sweep = `name: s
method: random
seed: 5
metric: {name: val_loss}
program: {command: [/bin/false], name: train, grace: 2}
parameters: {x: {min: 1, max: 1000}}
budget: {trials: 6, epochs: 9}
`;
/** It keeps no checkpoint: what dies begins again. */
const training = `for e in $(seq 1 "$SEQTUNE_EPOCHS"); do sleep 0.05; echo "{\\"epoch\\": $e, \\"val_loss\\": $(($1 + 1000 / e))}"; done`;

beforeEach(() => {
  process.env["SEQTUNE_NATS"] = server.url;
  process.env["SEQTUNE_TEST_TIMINGS"] = JSON.stringify({
    ...quick,
    lockLeaseMs: 2_000,
    leaseMs: 3_600_000,
  });
});
afterEach(() => {
  delete process.env["SEQTUNE_NATS"];
  delete process.env["SEQTUNE_TEST_TIMINGS"];
});

function machine(): Script {
  const program = path.join(folder, "train.sh");
  const programs = path.join(folder, "programs.yaml");
  writeFileSync(program, training);
  writeFileSync(programs, `train: {command: [/bin/sh, ${program}, "\${x}"]}\n`);
  return startCli([
    "worker",
    "--engine",
    "wasm",
    "--cache",
    path.join(folder, "one"),
    "--programs",
    programs,
  ]);
}

function run(db: string): Script {
  const file = path.join(folder, "sweep.yaml");
  writeFileSync(file, sweep);
  return startCli(["run", file, "--db", db, "--name", "s", "--plain"]);
}

studyDeaths("programs in a lab", {
  begin: run,
  goOn: (db) => startCli(["resume", "s", "--db", db, "--plain"]),
  others: { slot: /nats-main/, program: /train\.sh/ },
  beside: machine,
});
