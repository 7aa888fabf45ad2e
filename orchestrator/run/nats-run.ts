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
import { leaveWhenAway, obey, type Leaving } from "./leave-lab.ts";
import { StudyFiles } from "./study-files.ts";
import { askToStop } from "./stop-study.ts";

/** Says at this interval which files of the study are wanted on the server. */
const holdMs = 3_600_000;

/** Drives a study with the workers of a lab, from here to its end. */
export async function driveOverNats(parts: RunParts, place: LabPlace): Promise<Ending> {
  return await new LabRun(parts, place).run();
}

/** What a study is driven with once its lab is entered. */
interface Driven {
  readonly session: LabSession;
  readonly driver: Coordinator;
  readonly backup: LabBackup | null;
  readonly files: StudyFiles;
  readonly leaving: Leaving;
}

class LabRun {
  private readonly parts: RunParts;
  private readonly place: LabPlace;
  /** What the study asks of workers. */
  private readonly terms: LabPlace["terms"];
  private superseded: Error | null = null;
  private coordinator: Coordinator | null = null;
  /** Called once the lab is left. */
  private readonly afterwards: (() => void)[] = [];

  constructor(parts: RunParts, place: LabPlace) {
    const { program } = parts.plan;
    this.parts = parts;
    this.place = place;
    this.terms = program === undefined ? place.terms : programTerms(place.terms, program);
  }

  async run(): Promise<Ending> {
    const { interrupts } = this.parts;
    const session = await this.enter().catch((error: unknown) => {
      if (!interrupts.finish.aborted) throw error;
      return null;
    });
    if (session === null) return endedWaiting(this.parts);
    try {
      return await this.drive(session);
    } finally {
      await session.leave(this.superseded !== null);
      for (const stop of this.afterwards) stop();
    }
  }

  private async enter(): Promise<LabSession> {
    const { blobFolder, clock, db, interrupts, study } = this.parts;
    const { lab } = this.place;
    return await LabSession.enter({
      lab,
      study: study.key,
      title: study.name,
      db,
      folder: path.join(blobFolder, "lab"),
      terms: this.terms,
      clock,
      notice: this.notice,
      signal: interrupts.finish,
      onSuperseded: this.onSuperseded,
    });
  }

  private async drive(session: LabSession): Promise<Ending> {
    const { clock, store, study } = this.parts;
    const { bus, names, timings } = session;
    const backup = await this.beginBackup(session);
    const board = new BoardPublisher(bus.link, names, this.parts, timings.heartbeatMs / 5);
    const driven = this.begin(session, backup);
    const inUse = (): readonly string[] => [...store.filesInUse(study.id), ...(backup?.files() ?? [])];
    const stopHolding = clock.every(holdMs, () => void session.hold(inUse()));
    try {
      await this.provide(session, inUse());
      const ending = await this.untilItEnds(driven);
      await this.wrapUp(driven, ending);
      return ending;
    } finally {
      stopHolding();
      await board.stop();
    }
  }

  /** `null`: nothing asks for backups. */
  private async beginBackup({ bus, names, timings }: LabSession): Promise<LabBackup | null> {
    const { parts, notice } = this;
    const onFenced = (): void => this.onSuperseded(new JournalFenced());
    const everyMs = this.place.backupEveryMs ?? (await backedUpEvery(bus.link, names, parts.study.key));
    if (everyMs === null) return null;
    const backup = await LabBackup.begin({ ...parts, bus, names, timings, everyMs, notice, onFenced });
    this.afterwards.push(() => backup.abandon());
    return backup;
  }

  private begin(session: LabSession, backup: LabBackup | null): Driven {
    const { notice, parts } = this;
    const { clock, interrupts, observer } = parts;
    const { bus, capacity, leaseMs, names, timings } = session;
    const kept = { ...parts, store: backup?.store ?? parts.store };
    const files = new StudyFiles(backup?.bus ?? bus, { ...kept, notice, staysInLab: backup !== null });
    const watched = observer?.observed(files.bus) ?? files.bus;
    const driver = new Coordinator({ ...kept, bus: watched, capacity, leaseMs });
    this.afterwards.push(observer?.inLab(bus, names) ?? (() => {}));
    this.coordinator = driver;
    parts.baselines?.start(kept.store);
    const leaving = { bus, clock, limitMs: timings.endMs, notice };
    this.afterwards.push(obey(interrupts, leaving, driver));
    return { session, driver, backup, files, leaving };
  }

  private async provide(session: LabSession, inUse: readonly string[]): Promise<void> {
    const { clock, home, interrupts, plan, store, study } = this.parts;
    const { bus, names } = session;
    if (!(await provideUnlessInterrupted(session, plan.data, home, inUse, interrupts.finish))) return;
    answerStops(
      bus.link,
      names,
      study.key,
      (trial) => askToStop(store, study, trial, clock.now()),
      () => bus.epoch,
    );
  }

  private async untilItEnds({ driver, session }: Driven): Promise<Ending> {
    const { clock, events, interrupts, plan } = this.parts;
    const { lab } = this.place;
    const forNow = (message: string): void =>
      events.emit({ kind: "notice", message, at: clock.now(), until: "worker_joined" });
    const stopWatching = watchForWorkers(events, clock, lab, this.terms?.requires ?? {}, forNow, () =>
      session.capacity.unfitWorkers(),
    );
    const stopCounting = watchForAlikeFailures(events, (reason) => {
      if (plan.program === undefined) return;
      driver.abandon({ state: "failed", reason: `the first trials failed alike: ${reason}` });
    });
    return await driver.run(interrupts.finish).finally(() => {
      stopWatching();
      stopCounting();
    });
  }

  private async wrapUp({ session, backup, files, leaving }: Driven, ending: Ending): Promise<void> {
    const { baselines, home, plan } = this.parts;
    const over = ending.state === "complete" || ending.state === "stopped";
    await (over ? baselines?.done() : baselines?.stop()); // before the backup ends
    this.afterwards.push(leaveWhenAway(leaving, "put the study's files in order"));
    await files.finish(over);
    if (over) await session.bus.drain();
    if (this.superseded === null) await backup?.end(over);
    if (over) await session.clear(plan.data, home);
  }

  private readonly notice = (message: string): void => {
    const { clock, events } = this.parts;
    events.emit({ kind: "notice", message, at: clock.now() });
  };

  /** Another coordinator took the study. */
  private readonly onSuperseded = (error: Error): void => {
    this.superseded ??= error;
    this.coordinator?.abandon({ state: "interrupted", reason: error.message });
  };
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
