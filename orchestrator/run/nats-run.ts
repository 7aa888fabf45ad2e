import path from "node:path";
import type { BlobStore } from "../../worker/protocol/blobs.ts";
import type { BlobRef } from "../../worker/protocol/ids.ts";
import { Coordinator } from "../coordinator/coordinator.ts";
import type { Ending } from "../coordinator/ending.ts";
import { LabBackup } from "../backup/lab-backup.ts";
import { backedUpEvery } from "../backup/pointer.ts";
import { JournalFenced } from "../../worker/protocol/nats/coordinator/journal.ts";
import { BoardPublisher } from "../lab/board-publisher.ts";
import { LabSession } from "../lab/session.ts";
import { answerStops } from "../lab/stop-line.ts";
import { watchForWorkers } from "../lab/waiting.ts";
import { programTerms } from "../lab/program-terms.ts";
import { watchForAlikeFailures } from "./alike-failures.ts";
import type { LabPlace, RunParts } from "./parts.ts";
import { leaveWhenAway, obey } from "./leave-lab.ts";
import { StudyFiles } from "./study-files.ts";
import { askToStop } from "./stop-study.ts";

/** Says at this interval which files of the study are wanted on the server. */
const holdMs = 3_600_000;

/** Drives a study with the workers of a lab, from here to its end. */
export async function driveOverNats(
  parts: RunParts,
  { lab, terms: given, backupEveryMs }: LabPlace,
): Promise<Ending> {
  const { blobFolder, clock, db, events, home, interrupts, plan, store, study } = parts;
  const terms = plan.program === undefined ? given : programTerms(given, plan.program);
  const notice = (message: string): void => events.emit({ kind: "notice", message, at: clock.now() });
  let superseded: Error | null = null;
  let coordinator: Coordinator | null = null;
  /** Called once the lab is left. */
  const afterwards: (() => void)[] = [];
  const onSuperseded = (error: Error): void => {
    superseded ??= error;
    coordinator?.abandon({ state: "interrupted", reason: error.message });
  };
  const entering = LabSession.enter({
    lab,
    study: study.key,
    title: study.name,
    db,
    folder: path.join(blobFolder, "lab"),
    terms,
    clock,
    notice,
    signal: interrupts.finish,
    onSuperseded,
  });
  const entered = await entering.catch((error: unknown) => {
    if (!interrupts.finish.aborted) throw error;
    return null;
  });
  if (entered === null) return endedWaiting(parts);
  const session = entered;
  try {
    return await driveIn(session);
  } finally {
    await session.leave(superseded !== null);
    for (const stop of afterwards) stop();
  }

  async function driveIn({ bus, capacity, leaseMs, names, timings }: LabSession): Promise<Ending> {
    const onFenced = (): void => onSuperseded(new JournalFenced());
    const everyMs = backupEveryMs ?? (await backedUpEvery(bus.link, names, study.key));
    const backup =
      everyMs === null
        ? null
        : await LabBackup.begin({ ...parts, bus, names, timings, everyMs, notice, onFenced });
    afterwards.push(() => backup?.abandon());
    const kept = { ...parts, store: backup?.store ?? store };
    const board = new BoardPublisher(bus.link, names, parts, timings.heartbeatMs / 5);
    const files = new StudyFiles(backup?.bus ?? bus, { ...kept, notice, staysInLab: backup !== null });
    const watched = parts.observer?.observed(files.bus) ?? files.bus;
    const driver = new Coordinator({ ...kept, bus: watched, capacity, leaseMs });
    afterwards.push(parts.observer?.inLab(bus, names) ?? (() => {}));
    coordinator = driver;
    parts.baselines?.start(kept.store);
    const inUse = (): readonly string[] => [...store.filesInUse(study.id), ...(backup?.files() ?? [])];
    const stopHolding = clock.every(holdMs, () => void session.hold(inUse()));
    const leaving = { bus, clock, limitMs: timings.endMs, notice };
    afterwards.push(obey(interrupts, leaving, driver));
    try {
      if (await provideUnlessInterrupted(session, plan.data, home, inUse(), interrupts.finish))
        answerStops(
          bus.link,
          names,
          study.key,
          (trial) => askToStop(store, study, trial, clock.now()),
          () => bus.epoch,
        );
      const forNow = (message: string): void =>
        events.emit({ kind: "notice", message, at: clock.now(), until: "worker_joined" });
      const stopWatching = watchForWorkers(events, clock, lab, terms?.requires ?? {}, forNow, () =>
        capacity.unfitWorkers(),
      );
      const stopCounting = watchForAlikeFailures(events, (reason) => {
        if (plan.program === undefined) return;
        driver.abandon({ state: "failed", reason: `the first trials failed alike: ${reason}` });
      });
      const ending = await driver.run(interrupts.finish).finally(() => {
        stopWatching();
        stopCounting();
      });
      const over = ending.state === "complete" || ending.state === "stopped";
      await (over ? parts.baselines?.done() : parts.baselines?.stop()); // before the backup ends
      afterwards.push(leaveWhenAway(leaving, "put the study's files in order"));
      await files.finish(over);
      if (over) await bus.drain();
      if (superseded === null) await backup?.end(over);
      if (over) await session.clear(plan.data, home);
      return ending;
    } finally {
      stopHolding();
      await board.stop();
    }
  }
}

/** Interrupted before the lab's server answered. */
function endedWaiting({
  clock,
  events,
  store,
  study,
}: Pick<RunParts, "clock" | "events" | "store" | "study">): Ending {
  const reason = "while it waited for the lab's server; nothing recorded is lost";
  store.setStudyState(study.id, "interrupted", reason, clock.now());
  events.emit({ kind: "study_ended", state: "interrupted", reason, at: clock.now() });
  return { state: "interrupted", reason };
}

/** Sending the data may wait for a server without end; an interrupt ends the connection. */
async function provideUnlessInterrupted(
  session: LabSession,
  data: BlobRef,
  home: BlobStore,
  held: Iterable<string>,
  interrupt: AbortSignal,
): Promise<boolean> {
  const leave = (): void => void session.bus.abandon();
  interrupt.addEventListener("abort", leave, { once: true });
  try {
    await session.provide(data, home, held);
    return true;
  } catch (error) {
    if (!interrupt.aborted) throw error;
    return false; // and the study's run ends by the same interrupt
  } finally {
    interrupt.removeEventListener("abort", leave);
  }
}
