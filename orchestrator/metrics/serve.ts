import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";
import { UserError } from "../errors.ts";
import type { Health } from "./health.ts";

export interface MetricsAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface MetricsServer {
  /** `http://127.0.0.1:9464/metrics` */
  readonly url: string;
  close(): void;
}

const mostConnections = 32;

/** Answers /metrics and /healthz. Throws `UserError` where it cannot listen. */
export async function serveMetrics(
  address: MetricsAddress,
  registry: Registry,
  health: () => Health,
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    void answer(request, response, registry, health).catch((error: unknown) => {
      response.writeHead(500).end(`${String(error)}\n`);
    });
  });
  server.maxConnections = mostConnections;
  await listen(server, address);
  server.unref();
  const { port } = server.address() as AddressInfo; // of a TCP server
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return {
    url: `http://${host}:${port}/metrics`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  { method, url = "/" }: IncomingMessage,
  response: ServerResponse,
  registry: Registry,
  health: () => Health,
): Promise<void> {
  if (method !== "GET" && method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  const [path] = url.split("?");
  if (path === "/metrics") {
    response.writeHead(200, { "content-type": registry.contentType }).end(await registry.metrics());
  } else if (path === "/healthz") {
    const now = health();
    response.writeHead(now.ok ? 200 : 503, { "content-type": "application/json" });
    response.end(`${JSON.stringify(now)}\n`);
  } else response.writeHead(404).end("/metrics and /healthz are here\n");
}

async function listen(server: Server, { host, port }: MetricsAddress): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    const why = code === "EADDRINUSE" ? "another program listens there" : code;
    throw new UserError(
      `metrics cannot be served at ${host}:${port} (${why}); choose another address: --metrics 127.0.0.1:${port === 0 ? 9464 : port + 1}`,
      { cause },
    );
  }
}
