import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Rng } from "../../../search/random.ts";

/** Seen from the client: `up` is client → server, `down` is server → client. */
export type Direction = "up" | "down";

/** A network that is slow: each piece of data takes its time, and now and then one takes much longer. */
export interface Slowness {
  /** Milliseconds one way, least and most. */
  readonly delayMs: readonly [number, number];
  /** Share of the pieces that are held up, and for how long. */
  readonly stalls: { readonly share: number; readonly ms: number };
  readonly rng: Rng;
}

/**
 * A network that fails, between one client and its server: it freezes (nothing passes, nobody is told), loses one
 * direction only, or is slow. Connections stay open meanwhile, and goodbyes are not heard either, as with a
 * pulled cable. What was held back comes in order after `heal`.
 */
export class TcpProxy {
  private readonly server: Server;
  private readonly targetPort: number;
  private readonly lanes = new Set<Lane>();
  private readonly frozen = new Set<Direction>();
  private slowness: Slowness | null = null;

  private constructor(targetPort: number) {
    this.targetPort = targetPort;
    this.server = createServer((client) => this.accept(client));
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await new Promise<void>((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo; // it listens on a port, not on a pipe
    return `nats://127.0.0.1:${port}`;
  }

  freeze(...directions: readonly Direction[]): void {
    for (const direction of directions.length === 0 ? (["up", "down"] as const) : directions)
      this.frozen.add(direction);
  }

  slow(slowness: Slowness): void {
    this.slowness = slowness;
  }

  heal(): void {
    this.frozen.clear();
    this.slowness = null;
    for (const lane of this.lanes) lane.pump();
  }

  async close(): Promise<void> {
    for (const lane of this.lanes) lane.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private accept(client: Socket): void {
    const upstream = connect(this.targetPort, "127.0.0.1");
    this.open("up", client, upstream);
    this.open("down", upstream, client);
  }

  private open(direction: Direction, from: Socket, to: Socket): void {
    const lane = new Lane(from, to, {
      isFrozen: () => this.frozen.has(direction),
      delay: () => this.delay(),
      onOver: () => this.lanes.delete(lane),
    });
    this.lanes.add(lane);
  }

  private delay(): number {
    if (this.slowness === null) return 0;
    const { delayMs, stalls, rng } = this.slowness;
    const [least, most] = delayMs;
    const stall = rng.next() < stalls.share ? stalls.ms : 0;
    return least + (most - least) * rng.next() + stall;
  }
}

interface Network {
  readonly isFrozen: () => boolean;
  readonly delay: () => number;
  readonly onOver: () => void;
}

/** One direction of one connection: pieces of data in order, each with the moment before which it may not pass. */
class Lane {
  private readonly from: Socket;
  private readonly to: Socket;
  private readonly network: Network;
  private readonly waiting: { readonly data: Buffer | "end"; readonly due: number }[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(from: Socket, to: Socket, network: Network) {
    this.from = from;
    this.to = to;
    this.network = network;
    from.on("data", (data) => this.add(data));
    from.on("error", () => {}); // "close" follows
    from.on("close", () => this.add("end"));
  }

  pump(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    for (;;) {
      const head = this.waiting[0];
      if (head === undefined || this.network.isFrozen()) return;
      const wait = head.due - performance.now();
      if (wait > 0) {
        this.timer = setTimeout(() => this.pump(), wait);
        return;
      }
      this.waiting.shift();
      if (head.data === "end") this.destroy();
      else this.to.write(head.data);
    }
  }

  destroy(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.from.destroy();
    this.to.destroy();
    this.network.onOver();
  }

  private add(data: Buffer | "end"): void {
    const earliest = performance.now() + this.network.delay();
    this.waiting.push({ data, due: Math.max(earliest, this.waiting.at(-1)?.due ?? 0) });
    this.pump();
  }
}
