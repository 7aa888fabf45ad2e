/**
 * Runs a study on a disk that gets full: `full-disk-study.ts FOLDER`. A ballast file takes the room; it is removed
 * when the study says that it cannot record. Prints what happened as JSON.
 */
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { StudyEvents } from "../../../orchestrator/events.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { runScripted } from "../../support/scripted-study.ts";

const folder = process.argv[2] ?? ".";
const db = path.join(folder, "study.db");
const ballast = path.join(folder, "ballast");
const leftFree = 200_000;

const notices: string[] = [];
const events = new StudyEvents();
events.on((event) => {
  if (event.kind === "trial_started" && event.trial === 2) fillUp();
  if (event.kind !== "notice") return;
  notices.push(event.message);
  rmSync(ballast, { force: true });
});

const ending = await runScripted(db, { trials: 60, epochs: 200, events });
const store = openStore(db, { readonly: true });
const study = store.findStudy("scripted")!;
const trials = store.trials(study.id);
console.log(
  JSON.stringify({
    ending: ending.state,
    notices,
    complete: trials.filter((trial) => trial.state === "complete").length,
    whole: trials.filter((trial) => store.curve(study.id, trial.number).length === 200).length,
  }),
);
store.close();

function fillUp(): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - leftFree));
}
