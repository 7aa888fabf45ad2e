import { fileURLToPath } from "node:url";
import { withoutSecrets } from "../../worker/protocol/nats/link/without-secrets.ts";
import { nameInLab, workerKeyOf } from "../../worker/protocol/nats/link/identity.ts";
import type { AllowedPrograms } from "../../worker/protocol/program/allowed.ts";
import type { SlotNews } from "../../worker/protocol/slot.ts";
import { UserError } from "../errors.ts";
import type { Interrupts } from "../run/parts.ts";
import { printable } from "../views/text-width.ts";
import type { LabConnection } from "./connection.ts";
import { leftReports } from "./left-reports.ts";
import { takeSeats, type Seat } from "./machine.ts";
import { SlotKeeper } from "./slot-keeper.ts";
import { slotLine } from "./slot-lines.ts";

/** What a slot says, or that its process died and another is started after a wait. */
export type SlotReport =
  | SlotNews
  | { readonly kind: "died"; readonly reason: string; readonly waitMs: number };

/** Looks on, for monitoring and logs. */
export interface SupervisorObserver {
  /** These seats have slots from now on. */
  begin(seats: readonly Seat[]): void;
  /** `slot`: the number of its seat. */
  report(slot: number, report: SlotReport): void;
}

export interface SupervisorOptions {
  readonly connection: LabConnection;
  /** Processes, each trains one trial at a time. */
  readonly slots: number;
  /** GPUs as the machine numbers them; slots take them in turn. Empty: processes see what they find. */
  readonly gpus: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** What they may run as trials; absent: nothing. */
  readonly programs?: AllowedPrograms;
  readonly engine: string;
  /** Trials a process trains at once; absent: as many as the engine takes well. */
  readonly lanes?: number;
  readonly cache: string;
  /** What copies of files may take there, bytes; absent: the usual limit. */
  readonly cacheBytes?: number;
  /** End when the study it works or waits for is over. */
  readonly leaveOnDrain: boolean;
  /** A line for a person. */
  readonly say: (line: string) => void;
  readonly observers?: readonly SupervisorObserver[];
  /** The program of a slot; default: seqtune's own. */
  readonly entry?: string;
}

/** The program of one slot, beside this file in the sources or in dist/. */
function slotEntry(): string {
  const inSource = import.meta.url.endsWith(".ts");
  return fileURLToPath(
    new URL(inSource ? "../../worker/nats-main.ts" : "../../worker/nats-main.js", import.meta.url),
  );
}

/**
 * Runs this machine's slots until they are asked to end. Throws `UserError` when no slot can work: credentials
 * refused, an engine that does not run here.
 */
export async function superviseWorkers(options: SupervisorOptions, interrupts: Interrupts): Promise<void> {
  const { say, observers = [] } = options;
  const seats = takeSeats(options.cache, options.slots);
  for (const observer of observers) observer.begin(seats);
  let fatal: string | null = null;
  const keepers = seats.map((seat, index) => {
    const name = options.slots === 1 ? "" : `slot ${seat.number}: `;
    let last: string | null = null;
    const observe = (report: SlotReport): void => {
      for (const observer of observers) observer.report(seat.number, report);
    };
    const onNews = (news: SlotNews): void => {
      observe(news);
      const line = slotLine(news);
      if (line !== null && line !== last) say(`${name}${printable(line)}`);
      last = line ?? last;
      if (news.kind !== "fatal") return;
      fatal ??= news.message;
      for (const keeper of keepers) keeper.finish();
    };
    const onDeath = (reason: string, waitMs: number): void => {
      observe({ kind: "died", reason, waitMs });
      say(`${name}${reason}; starting it again in ${Math.round(waitMs / 1000)} s`);
    };
    return new SlotKeeper({
      entry: options.entry ?? slotEntry(),
      ...slotSettings(options, seat, index),
      onNews,
      onDeath,
    });
  });
  const finish = (): void => {
    for (const keeper of keepers) keeper.finish();
  };
  const kill = (): void => {
    for (const keeper of keepers) keeper.kill();
  };
  interrupts.finish.addEventListener("abort", finish, { once: true });
  interrupts.now.addEventListener("abort", kill, { once: true });
  if (interrupts.finish.aborted) finish();
  try {
    await Promise.all(keepers.map((keeper) => keeper.over));
    const left = leftReports(
      options.cache,
      seats.map(({ worker }) => nameInLab(worker, workerKeyOf(options.connection))),
    );
    if (left !== null) say(left);
  } finally {
    interrupts.finish.removeEventListener("abort", finish);
    interrupts.now.removeEventListener("abort", kill);
    for (const seat of seats) seat.release();
  }
  if (fatal !== null) throw new UserError(fatal);
}

function slotSettings(
  { connection, gpus, labels, programs, engine, lanes, cache, cacheBytes, leaveOnDrain }: SupervisorOptions,
  seat: Seat,
  index: number,
): Pick<ConstructorParameters<typeof SlotKeeper>[0], "start" | "env"> {
  const gpu = gpus[index % gpus.length];
  const { leaseMs: _leaseMs, replicas: _replicas, ...reach } = connection;
  return {
    start: {
      ...reach,
      // Who it is goes apart from where to: addresses are shown.
      servers: withoutSecrets(connection.servers),
      id: seat.worker,
      engine,
      labels,
      ...(programs === undefined ? {} : { programs }),
      folder: cache,
      leaveOnDrain,
      ...(lanes === undefined ? {} : { lanes }),
      ...(cacheBytes === undefined ? {} : { cacheBytes }),
      ...(gpu === undefined ? {} : { gpu }),
    },
    // Numbered as nvidia-smi does; and several processes share a GPU only if none takes all of its memory.
    env:
      gpu === undefined
        ? {}
        : { CUDA_VISIBLE_DEVICES: gpu, CUDA_DEVICE_ORDER: "PCI_BUS_ID", TF_FORCE_GPU_ALLOW_GROWTH: "true" },
  };
}
