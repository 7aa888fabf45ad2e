import { Gauge, type Registry } from "prom-client";
import type { NatsCoordinatorBus } from "../../worker/protocol/nats/coordinator/coordinator-bus.ts";
import type { Names } from "../../worker/protocol/nats/server/names.ts";

const lookMs = 15_000;

/** What the streams of the lab take on its server, asked from time to time; a server that is away is not waited for. */
export class ServerMetrics {
  private readonly bytes: Gauge<"stream">;
  private readonly limit: Gauge<"stream">;

  constructor(registry: Registry) {
    const labelNames = ["stream"] as const;
    const registers = [registry];
    this.bytes = new Gauge({
      name: "seqtune_stream_bytes",
      help: "What a stream of the lab takes on the server: blobs (files), reports, trials (offers).",
      labelNames,
      registers,
    });
    this.limit = new Gauge({
      name: "seqtune_stream_limit_bytes",
      help: "The stream's own limit.",
      labelNames,
      registers,
    });
  }

  /** Looks now and again; returns how to stop. */
  watch({ link }: NatsCoordinatorBus, names: Names): () => void {
    const streams = { blobs: names.blobs, reports: names.reports, trials: names.trials };
    const look = async (): Promise<void> => {
      for (const [stream, name] of Object.entries(streams)) {
        const { state, config } = await link.ask(() => link.jsm.streams.info(name));
        this.bytes.set({ stream }, state.bytes);
        this.limit.set({ stream }, config.max_bytes);
      }
    };
    const lookQuietly = (): void => {
      if (link.isOpen) void look().catch(() => {}); // the next look
    };
    lookQuietly();
    return link.clock.every(lookMs, lookQuietly);
  }
}
