/** Damaged and forged messages of workers on their way into the database; row 26 of the table of faults. */
import { expect, it } from "vitest";
import type { Report, StudyStore } from "../../../storage/store.ts";
import { figure } from "../figures.ts";
import { isLong } from "../nats/fault-timings.ts";
import { ForgedStudy, lastEpoch } from "./forged-study.ts";

const mutants = isLong ? 100_000 : 4_000;
/** Of the long form, too, on a machine that is ten times slower. */
const patienceMs = isLong ? 3_600_000 : 600_000;

it(
  `${mutants.toLocaleString("en")} damaged and forged messages among genuine ones: none crashes the coordinator, none is counted wrongly`,
  { timeout: patienceMs },
  async () => {
    const forged = await ForgedStudy.begin(1);
    try {
      await forged.say(mutants);
      const { store, study } = forged;
      expect(wrongCommits(store, study.id)).toEqual([]);
      const trials = store.trials(study.id);
      const whole = trials.filter(
        ({ state, epochsDone }) => state === "complete" && epochsDone === lastEpoch,
      );
      expect(whole.length).toBeGreaterThan(mutants / 1_000); // what is genuine goes through all the while
      const reports = [...store.reports(study.id)].length;
      figure(
        [26],
        `${forged.mutants} damaged or forged messages, seed 1`,
        `0 crashes, 0 wrong commits among ${reports} counted reports of ${trials.length} trials; ${forged.admitted} messages passed the schema, ${forged.notices.length} notices`,
      );
    } finally {
      await forged.end();
    }
  },
);

it("a report that counts for another attempt, is of no epoch or has an impossible value would be found", async () => {
  const forged = await ForgedStudy.begin(2);
  try {
    await forged.say(200);
    const { store, study } = forged;
    const trial = store.trials(study.id).find(({ state }) => state === "running")!;
    const { number, attempts } = trial;
    const metrics = { val_mse: -1, by_trial: number + 1, by_attempt: attempts, by_worker: 0 };
    const report = {
      trial: number,
      attempt: attempts,
      n: 90,
      epoch: lastEpoch,
      value: -1,
      metrics,
      seconds: 0,
      at: 1,
    };
    store.record(study.id, [{ kind: "report", report }], "process");
    expect(wrongCommits(store, study.id)).toEqual(
      expect.arrayContaining([
        `trial ${number} epoch ${lastEpoch}: val_mse is -1`,
        `trial ${number} epoch ${lastEpoch}: made by trial ${number + 1} attempt ${attempts}`,
      ]),
    );
  } finally {
    await forged.end();
  }
});

/** What is in the database and cannot be. */
function wrongCommits(store: StudyStore, study: number): readonly string[] {
  const found: string[] = [];
  const last = new Map<string, Report>();
  const workers = new Map(store.attempts(study).map((one) => [`${one.trial}.${one.attempt}`, one.worker]));
  for (const report of store.reports(study)) {
    const { trial, attempt, n, epoch, value, metrics } = report;
    const where = `trial ${trial} epoch ${epoch}`;
    const key = `${trial}.${attempt}`;
    const before = last.get(key);
    if (before === undefined || n > before.n) last.set(key, report);
    if (!Number.isInteger(epoch) || epoch < 1 || epoch > lastEpoch) found.push(`${where}: no such epoch`);
    if (before !== undefined && n > before.n !== epoch > before.epoch)
      found.push(`${where}: out of order in its attempt`);
    if (value !== null && !(value >= 0)) found.push(`${where}: val_mse is ${value}`);
    const { by_trial: byTrial, by_attempt: byAttempt, by_worker: byWorker } = metrics;
    if ((byTrial ?? trial) !== trial || (byAttempt ?? attempt) !== attempt)
      found.push(`${where}: made by trial ${byTrial} attempt ${byAttempt}`);
    if (byWorker !== undefined && workers.get(key) !== `w${byWorker}` && workers.get(key) !== null)
      found.push(`${where}: made by w${byWorker}, which did not hold it`);
  }
  for (const { number, state, checkpoint, model } of store.trials(study)) {
    const curve = store.curve(study, number);
    if (state === "complete" && curve.at(-1)?.epoch !== lastEpoch)
      found.push(`trial ${number} is complete without its last epoch`);
    for (const file of [checkpoint, model])
      if (file !== null && file.epoch > lastEpoch)
        found.push(`trial ${number} has a file of epoch ${file.epoch}`);
  }
  return found;
}
