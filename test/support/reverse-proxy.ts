import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";

export interface ReverseProxy {
  /** As browsers reach it, with the path under which the server stands. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * A reverse proxy under another name and a path, as nginx is with `proxy_pass` and `proxy_buffering off`: the server behind
 * it sees its own host, and the page's address only in Origin. Names below localhost are this machine's in every browser.
 * `keeps`: the path is passed on with the prefix.
 */
export async function startProxy(
  target: string,
  { prefix, keeps }: { readonly prefix: string; readonly keeps: boolean },
): Promise<ReverseProxy> {
  const { host, hostname, port } = new URL(target);
  const server = createServer((asked, answer) => {
    const place = asked.url ?? "/";
    if (!place.startsWith(`${prefix}/`)) {
      answer.writeHead(404).end("nothing here");
      return;
    }
    const path = keeps ? place : place.slice(prefix.length);
    const sent = request(
      { hostname, port, path, method: asked.method, headers: { ...asked.headers, host } },
      (got) => {
        answer.writeHead(got.statusCode ?? 502, got.headers);
        answer.flushHeaders();
        // Where the server's side breaks off, so does the browser's.
        pipeline(got, answer, () => answer.destroy());
      },
    );
    sent.once("error", () => answer.writeHead(502).end());
    answer.once("close", () => sent.destroy());
    asked.pipe(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://lab.localhost:${(server.address() as AddressInfo).port}${prefix}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
