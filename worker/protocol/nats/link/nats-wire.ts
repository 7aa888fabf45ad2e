import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from "@nats-io/jetstream";
import { Kvm, type KV } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/transport-node";
import { dial, type TimedOptions } from "./dial.ts";
import type { Timings } from "./timings.ts";
import type { Wire } from "./wire.ts";

/** A connection to a real server, by its makers' client library. */
export class NatsWire implements Wire {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;

  private constructor(nc: NatsConnection, js: JetStreamClient, jsm: JetStreamManager) {
    this.nc = nc;
    this.js = js;
    this.jsm = jsm;
  }

  static async dial(options: TimedOptions, servers: string, timings: Timings): Promise<NatsWire> {
    const nc = await dial(options, servers, timings);
    try {
      const clientOptions = { timeout: timings.requestMs, checkAPI: false };
      return new NatsWire(nc, jetstream(nc, clientOptions), await jetstreamManager(nc, clientOptions));
    } catch (error) {
      await nc.close();
      throw error;
    }
  }

  async bucket(name: string): Promise<KV> {
    return await new Kvm(this.js).open(name, { allow_direct: true });
  }
}
