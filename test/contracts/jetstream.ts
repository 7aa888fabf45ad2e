import { bucketContract } from "./jetstream/buckets.ts";
import { connectionContract } from "./jetstream/connections.ts";
import { queueContract } from "./jetstream/queues.ts";
import type { Site } from "./jetstream/site.ts";
import { streamContract } from "./jetstream/streams.ts";

/** What the bus relies on of a server with JetStream; nats-servers and the simulated one keep to it. */
export function jetStreamContract(name: string, open: () => Promise<Site>): void {
  streamContract(name, open);
  bucketContract(name, open);
  queueContract(name, open);
  connectionContract(name, open);
}
