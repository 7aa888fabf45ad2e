import { openStore } from "../../storage/sqlite/open.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import { bestTrial } from "../views/best-trial.ts";
import type { StudyEvents } from "../events.ts";
import type { StudyMetrics, WatchedStudy } from "../metrics/study-metrics.ts";
import { note, type Io } from "./io.ts";
import { loggingJson, type JsonLog } from "./json-log.ts";
import type { WatchFlags } from "./watch-options.ts";

/** What monitors a coordinator of this process; each only where it was asked for. */
export interface StudyWatch {
  readonly log: JsonLog | null;
  readonly metrics: StudyMetrics | null;
}

/** Runs a command that drives a study, with the monitoring its flags ask for. */
export async function watched(
  io: Io,
  flags: WatchFlags,
  body: (io: Io, watch: StudyWatch) => Promise<void>,
): Promise<void> {
  if (flags.log === "json")
    await loggingJson(io, async (quiet, log) => await withMetrics(quiet, flags, log, body));
  else await withMetrics(io, flags, null, body);
}

async function withMetrics(
  io: Io,
  { metrics: address }: WatchFlags,
  log: JsonLog | null,
  body: (io: Io, watch: StudyWatch) => Promise<void>,
): Promise<void> {
  if (address === undefined) return await body(io, { log, metrics: null });
  const { StudyMetrics } = await import("../metrics/study-metrics.ts");
  const { serveMetrics } = await import("../metrics/serve.ts");
  const metrics = new StudyMetrics(systemClock);
  const server = await serveMetrics(address, metrics.registry, () => metrics.health());
  note(io, `metrics on ${server.url}`);
  try {
    await body(io, { log, metrics });
  } finally {
    server.close();
  }
}

/** Lets log and metrics hear a study's events. */
export function follow({ log, metrics }: StudyWatch, events: StudyEvents, db: string): void {
  log?.listen(events);
  metrics?.listen(events, (name) => watchedStudy(db, name));
}

function watchedStudy(db: string, name: string): WatchedStudy | null {
  const store = openStore(db, { readonly: true });
  try {
    const study = store.findStudy(name);
    if (study === null) return null;
    const best = bestTrial(store, study);
    return { key: study.key, ended: store.counts(study.id), best: best?.value ?? null };
  } finally {
    store.close();
  }
}
