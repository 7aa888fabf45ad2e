import { openStore } from "../../storage/sqlite/open.ts";
import type { Params } from "../../search/space.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { systemClock, type Clock } from "../../worker/protocol/clock.ts";
import { openDesk } from "../asked/create.ts";
import { readConfiguration } from "../config/read-configuration.ts";
import { parseStoredSweep, type Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { wishWrite } from "../study/wishes.ts";
import { lockIfFree } from "./lock-if-free.ts";
import { requireStudy } from "./require-study.ts";

/**
 * Has a configuration, as YAML text, tried before those of the sampler. A coordinator that runs reads the request from the
 * database; where none runs, the next one starts with it. Returns a sentence that says what happens. Throws `UserError`.
 */
export function enqueueConfiguration(
  db: string,
  name: string,
  text: string,
  clock: Clock = systemClock,
): string {
  const store = openStore(db, { existing: true });
  try {
    const study = requireStudy(store, name, db);
    const sweep = sweepOf(study);
    const read = readConfiguration(text, sweep.space);
    if (!read.ok) throw new UserError(read.message);
    if (sweep.asked === true) {
      openDesk(store, study.name, db, clock).enqueue(read.params);
      return `enqueued; the next seqtune ask ${study.name} gets it`;
    }
    requireRoom(store, study, sweep);
    return enqueue(db, store, study, read.params, clock.now());
  } finally {
    store.close();
  }
}

function sweepOf({ config, name }: Study): Sweep {
  const stored = parseStoredSweep(config);
  if (stored.ok) return stored.sweep;
  throw new UserError(`nothing can be enqueued in study ${name}: ${stored.message}`);
}

/** It takes one of the trials of the budget. */
function requireRoom(store: StudyStore, study: Study, { budget }: Sweep): void {
  const more = `let it have more first: seqtune resume ${study.name} --trials +1`;
  if (study.state === "complete" || study.state === "stopped")
    throw new UserError(`study ${study.name} has ended already (${study.state}); ${more}`);
  const trials = Object.values(store.counts(study.id)).reduce((sum, count) => sum + count, 0);
  if (budget.trials !== undefined && trials >= budget.trials)
    throw new UserError(`study ${study.name} has started all ${budget.trials} trials of its budget; ${more}`);
}

function enqueue(db: string, store: StudyStore, study: Study, params: Params, at: number): string {
  const lock = lockIfFree(db, study);
  if (lock === null) {
    store.request(study.id, { kind: "enqueue", params }, at);
    return `enqueued; the next free worker of ${study.name} trains it`;
  }
  try {
    store.record(study.id, [wishWrite({ params, request: 0 }, at)], "power");
  } finally {
    lock.release();
  }
  return `enqueued; study ${study.name} is not running, and starts with it: seqtune resume ${study.name}`;
}
