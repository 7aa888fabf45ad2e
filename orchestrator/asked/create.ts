import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Goal } from "../../search/scores.ts";
import { openStore } from "../../storage/sqlite/open.ts";
import { StudyExists, type Study, type StudyStore } from "../../storage/store.ts";
import { systemClock, type Clock } from "../../worker/protocol/clock.ts";
import { formatSweepErrors } from "../config/errors.ts";
import { readAsked } from "../config/load.ts";
import { parseStoredSweep, type Sweep } from "../config/sweep.ts";
import { UserError } from "../errors.ts";
import { recordStudy } from "../run/record-study.ts";
import { requireStudy } from "../run/require-study.ts";
import { Desk } from "./desk.ts";
import type { GivenParams, SpaceOf } from "./space.ts";
import { AskedStudy } from "./study.ts";

type Settings = Readonly<Record<string, unknown>>;

/** What is tuned, and how. Names and values are those of a sweep file (docs/sweep-file.md). */
export interface StudyOptions<S extends SpaceOf> {
  /** Unique in the database; a study of this name that is there is gone on with. */
  readonly name: string;
  /** Database file, made when it is not there (default: seqtune.db in the working folder). */
  readonly db?: string;
  /** What trials are ranked by, a key of what they report; or `metrics`. */
  readonly metric?: string;
  /** Several goals, of which the first picks the epoch that stands for a trial, in place of `metric`. */
  readonly metrics?: readonly { readonly name: string; readonly goal?: Goal }[];
  /** What a trial has to keep to count: "latency_ms < 20". */
  readonly constraints?: readonly string[];
  /** May be left out where the metric's name says it: val_loss, rmse, accuracy, … */
  readonly goal?: Goal;
  readonly space: S;
  /** Search method, by name or with its settings (default: random). */
  readonly method?: string | (Settings & { readonly name: string });
  readonly seed?: number;
  readonly budget?: { readonly trials?: number; readonly epochs?: number; readonly target?: number };
  /** Rules that stop weak trials early. */
  readonly early_terminate?:
    | (Settings & { readonly type: string })
    | readonly (Settings & { readonly type: string })[];
  /** Configurations to try first. */
  readonly enqueue?: readonly GivenParams<S>[];
  readonly description?: string;
  /** A process that is silent for this long has died, and its trials are asked again (default: 60 s). */
  readonly leaseMs?: number;
  readonly clock?: Clock;
}

const defaultLeaseMs = 60_000;

/**
 * Opens the study of this name for asking, and makes it where it is not there. Throws `UserError` for options that make no sense, or
 * that are not those of the study that is there; `StoreError`.
 */
export async function createStudy<S extends SpaceOf>(options: StudyOptions<S>): Promise<AskedStudy<S>> {
  const { name, db = "seqtune.db", leaseMs = defaultLeaseMs, clock = systemClock } = options;
  const sweep = readOptions(options);
  const store = openStore(path.resolve(db));
  try {
    const study = store.findStudy(name) ?? makeOrFind(store, name, sweep, clock);
    requireSame(study, sweep);
    return new AskedStudy<S>(store, new Desk(store, study, sweep, clock), clock, leaseMs);
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Another process may make the study in the same moment. */
function makeOrFind(store: StudyStore, name: string, sweep: Sweep, clock: Clock): Study {
  try {
    return makeStudy(store, name, sweep, clock);
  } catch (error) {
    const found = error instanceof StudyExists ? store.findStudy(name) : null;
    if (found === null) throw error;
    return found;
  }
}

/** Makes the study of a file. Throws `StudyExists`, `StoreError`. */
export function makeStudy(store: StudyStore, name: string, sweep: Sweep, clock: Clock): Study {
  const at = clock.now();
  const study = recordStudy(store, sweep, {
    name,
    data: { sha256: "0".repeat(64), bytes: 0, file: "" },
    baselines: Object.entries(sweep.baselines ?? {}).map(([of, value]) => ({
      name: of,
      value,
      naive: false,
    })),
    at,
  });
  store.setStudyState(study.id, "running", null, at);
  return study;
}

/** The desk of a study that is there. Throws `UserError`. */
export function openDesk(store: StudyStore, name: string | null, db: string, clock: Clock): Desk {
  const study = requireStudy(store, name, db);
  return new Desk(store, study, askedSweep(study), clock);
}

function askedSweep(study: Study): Sweep {
  const stored = parseStoredSweep(study.config);
  if (!stored.ok) throw new UserError(stored.message);
  if (stored.sweep.asked === true) return stored.sweep;
  throw new UserError(
    `study ${study.name} is run by seqtune itself and cannot be asked; make one with: seqtune create`,
  );
}

function readOptions<S extends SpaceOf>(options: StudyOptions<S>): Sweep {
  const { space, db: _, leaseMs: _lease, clock: _clock, metric, goal, enqueue, ...others } = options;
  const value = {
    ...others,
    ...(metric === undefined ? {} : { metric: { name: metric, goal } }),
    parameters: Object.fromEntries(Object.entries(space).map(([name, { spec }]) => [name, spec])),
    enqueue,
  };
  // As the text of a file, so that one reader says what is allowed.
  const read = readAsked(JSON.stringify(value, null, 2), "createStudy");
  if (read.ok) return { ...read.sweep, file: "", source: "" };
  throw new UserError(`the study cannot be made:\n\n${formatSweepErrors(read.errors)}`);
}

/** What decides must be as it was; how long may change. */
function requireSame(study: Study, sweep: Sweep): void {
  const before = askedSweep(study);
  const decisive = ({
    earlyTerminate,
    goals,
    metric,
    method,
    seed,
    space,
  }: Sweep): Record<string, unknown> => ({
    space,
    metric,
    metrics: goals?.metrics ?? null,
    constraints: goals?.constraints ?? null,
    method,
    seed,
    early_terminate: earlyTerminate,
  });
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  const [now, then] = [decisive(sweep), decisive(before)];
  const other = Object.keys(now).find((key) => !isDeepStrictEqual(plain(now[key]), plain(then[key])));
  if (other === undefined) return;
  throw new UserError(
    `a study named "${study.name}" exists and differs in its ${other}; choose another name`,
  );
}
