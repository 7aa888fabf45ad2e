import { protocolVersion } from "../../worker/protocol/assignment.ts";
import { protocolOf } from "../../worker/protocol/nats/server/read-heartbeat.ts";
import type { ListedWorker } from "../lab/list-workers.ts";

/** A slot of a lab. The shape of `workers --json`: fields are added, never changed. */
export interface SlotRow {
  readonly worker: string;
  readonly host: string;
  readonly version: string;
  /** Of what coordinators and workers say to each other. */
  readonly protocol: number;
  /** It speaks the protocol of this seqtune; one that does not gets no trials of it. */
  readonly compatible: boolean;
  readonly engine: string | null;
  /** What the engine computes on: `cpu`, or the name of a GPU. */
  readonly device: string | null;
  /** The GPU this slot was given, as its machine numbers them. */
  readonly gpu: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** What it trains now, the study by name where the lab knows it, else by key; `null`: free. */
  readonly running: { readonly study: string; readonly trial: number; readonly attempt: number } | null;
  readonly epoch: number | null;
  readonly epochs: number | null;
  readonly epochsPerSecond: number | null;
  /** Milliseconds since 1970, by the server's clock. */
  readonly lastSeen: number;
}

/** `names`: studies by key. */
export function workerRow({ info, lastSeen }: ListedWorker, names: ReadonlyMap<string, string>): SlotRow {
  const { id, host, version, engine, gpu, labels, running, progress } = info;
  const protocol = protocolOf(info);
  return {
    worker: id,
    host,
    version,
    protocol,
    compatible: protocol === protocolVersion,
    engine: engine === undefined ? null : `${engine.engine}/${engine.backend}`,
    device: engine?.device ?? null,
    gpu: gpu ?? null,
    labels,
    running:
      running === undefined
        ? null
        : {
            study: names.get(running.study) ?? running.study,
            trial: running.trial,
            attempt: running.attempt,
          },
    epoch: progress?.epoch ?? null,
    epochs: progress?.epochs ?? null,
    epochsPerSecond: progress?.epochs_per_second ?? null,
    lastSeen,
  };
}
