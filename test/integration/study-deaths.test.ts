/** One contract for studies, whatever is tuned: models of ours, programs, and what is asked for. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { studyDeaths } from "../contracts/study-deaths.ts";
import { startCli } from "../support/cli-process.ts";
import { folder } from "../support/folder-per-test.ts";
import { startScript, type Script } from "../support/script.ts";

const sunspots = fileURLToPath(new URL("../../data/sunspots_yearly.csv", import.meta.url));
/** Nothing is stopped early: how many epochs a trial trains before it hears of its end is a matter of time. */
const search = `name: s
method: {name: tpe, startup_trials: 3}
seed: 5
workers: {count: 1, engine: wasm}
`;

const models = `${search}metric: {name: val_mse}
data: {file: ${JSON.stringify(sunspots)}, targets: [SUNACTIVITY], horizon: 1, split: {train: 0.6, validation: 0.2}}
parameters: {hidden: {values: [4, 8, 16]}, learning_rate: {min: 0.001, max: 0.1, distribution: log_uniform}}
budget: {trials: 8, epochs: 30}
`;

const programs = `${search}metric: {name: val_loss}
program: {command: [/bin/sh, train.sh, "\${x}"], grace: 2}
parameters: {x: {min: 1, max: 1000}}
budget: {trials: 8, epochs: 9}
`;

/** They keep no checkpoint: what dies begins again. */
const training = (size: string): string =>
  `for e in $(seq 1 "$SEQTUNE_EPOCHS"); do sleep 0.05; echo "{\\"epoch\\": $e, \\"val_loss\\": $(($1 + 1000 / e))${size}}"; done`;

const run =
  (sweep: string) =>
  (db: string): Script => {
    writeFileSync(path.join(folder, "sweep.yaml"), sweep);
    writeFileSync(path.join(folder, "train.sh"), training(""));
    writeFileSync(path.join(folder, "sized.sh"), training(', \\"size\\": $1'));
    return startCli(["run", path.join(folder, "sweep.yaml"), "--db", db, "--name", "s", "--plain"]);
  };
const resume = (db: string): Script => startCli(["resume", "s", "--db", db, "--plain"]);
const worker = /worker\/main\.ts/;

studyDeaths("models", { begin: run(models), goOn: resume, others: { worker } });
studyDeaths("programs", { begin: run(programs), goOn: resume, others: { worker, program: /train\.sh/ } });

/** Of two goals the second is the parameter, and one configuration in five breaks the constraint. */
const goals = programs
  .replace(
    "metric: {name: val_loss}",
    "metrics: [{name: val_loss}, {name: size, goal: minimize}]\nconstraints: [size < 800]",
  )
  .replace("train.sh", "sized.sh");
studyDeaths("programs with two goals and a constraint", {
  begin: run(goals),
  goOn: resume,
  others: { program: /sized\.sh/ },
});

const ask =
  (...more: readonly string[]) =>
  (db: string): Script =>
    startScript(new URL("../support/slow-asker.ts", import.meta.url), [db, ...more]);
studyDeaths("what is asked for", { begin: ask(), goOn: ask(), others: {} });
studyDeaths("what is asked for, with two goals and a constraint", {
  begin: ask("goals"),
  goOn: ask("goals"),
  others: {},
});
