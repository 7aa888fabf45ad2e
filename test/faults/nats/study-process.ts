/**
 * A coordinator in a process of its own, to be killed: makes the study in the database, or goes on with it.
 * Prints `driving` when it drives the study, `repeats N` when N of the messages that came were recorded already,
 * problems, `clock set` after a SIGUSR2, and `ended STATE` when it is over.
 */
import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { z } from "zod";
import { systemClock } from "../../../worker/protocol/clock.ts";
import { Coordinator } from "../../../orchestrator/coordinator/coordinator.ts";
import { StudyEvents } from "../../../orchestrator/events.ts";
import { keepAll } from "../../../search/pruner.ts";
import { randomSampler } from "../../../search/samplers/random.ts";
import { lockStudy } from "../../../storage/lock.ts";
import { openStore } from "../../../storage/sqlite/open.ts";
import { createCoordinatorBus } from "../../../worker/protocol/nats/coordinator/create-coordinator-bus.ts";
import { setWallClockOff } from "../../support/wall-clock.ts";
import { scriptedSettings, scriptedSpace } from "../../support/scripted-study.ts";
import { breakages, broken, counting, dyingAt, failpoints, type StudyParts } from "./breakage.ts";
import { credentialsIn } from "./credentials.ts";
import { processTimings } from "./fault-timings.ts";

const { values } = parseArgs({
  options: {
    db: { type: "string", default: "" },
    server: { type: "string", default: "" },
    trials: { type: "string", default: "10" },
    epochs: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    "die-at": { type: "string" },
    "die-after": { type: "string", default: "1" },
    broken: { type: "string" },
    creds: { type: "string" },
    "clock-step": { type: "string", default: "0" },
  },
});

const { db, server, seed } = values;
const key = "faults-1";
process.on("SIGUSR2", () => {
  setWallClockOff(Number(values["clock-step"])); // again and again: the steps add up
  console.log("clock set");
});
const lock = lockStudy(db, key, { pid: process.pid, host: hostname() });
const store = openStore(db);
const { timings, leaseMs } = processTimings();
const natsBus = await createCoordinatorBus({
  servers: server,
  ...credentialsIn(values.creds),
  study: key,
  owner: `${hostname()}:${db}`,
  folder: `${db}.lab`,
  timings,
  onProblem: (problem) => console.log(`problem: ${problem.message}`),
  onSuperseded: () => process.exit(3),
});
const data = await natsBus.blobs.put(new TextEncoder().encode("y\n1\n2\n"));
const study =
  store.findStudy("faults") ??
  store.createStudy({
    name: "faults",
    key,
    goal: "minimize",
    metric: "val_mse",
    seed: Number(seed),
    source: "",
    config: {},
    data: { ...data, file: "y.csv" },
    versions: {},
    baselines: [],
    at: Date.now(),
  });

let parts: StudyParts = {
  store: counting(store, (repeats) => console.log(`repeats ${repeats}`)),
  bus: natsBus,
  sampler: randomSampler(scriptedSpace),
};
const breakage = z.enum(breakages).optional().parse(values.broken);
if (breakage !== undefined) parts = broken(breakage, study.id, parts);
const failpoint = z.enum(failpoints).optional().parse(values["die-at"]);
if (failpoint !== undefined) parts = dyingAt(failpoint, Number(values["die-after"]), parts);

const { sampler, ...ends } = parts;
const coordinator = new Coordinator({
  study,
  plan: {
    seed: study.seed,
    budget: { trials: Number(values.trials), epochs: Number(values.epochs) },
    sampler,
    pruner: keepAll,
    data,
    checkpointSeconds: null,
    settingsFor: scriptedSettings,
  },
  ...ends,
  events: new StudyEvents(),
  clock: systemClock,
  leaseMs,
});
console.log("driving");
const ending = await coordinator.run(new AbortController().signal);
await natsBus.close();
store.close();
lock.release();
console.log(`ended ${ending.state}`);
process.exit(0);
