import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { UserError } from "../errors.ts";
import { actionRoutes } from "./actions.ts";
import { readAssets, type Asset } from "./assets.ts";
import { guard } from "./guard.ts";
import type { LabConnection } from "../lab/connection.ts";
import { LabWatch } from "../lab/lab-watch.ts";
import { labRoutes } from "./lab-routes.ts";
import { apiRoutes } from "./routes.ts";
import { Source } from "./source.ts";

export interface DashboardOptions {
  /** The database, an absolute path, which may come later; or a lab, of which it shows what is published. */
  readonly db: string | LabConnection;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where the port is taken, the next free one will do. */
  readonly orNext: boolean;
  readonly allowedHosts: readonly string[];
  /** The path under which a reverse proxy shows it: "" or "/seqtune". */
  readonly prefix: string;
  readonly token: string | null;
  /** Pages may stop trials and studies; needs a token. */
  readonly actions: boolean;
}

export interface Dashboard {
  /** To open in a browser; with the token, where there is one. */
  readonly address: string;
  close(): Promise<void>;
}

/** Starts the server. Throws `UserError` where the address cannot be listened on, `StoreError` for a database that is none. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { db, host, token, prefix } = options;
  const shown = typeof db === "string" ? ofDatabase(db, options) : await ofLab(db);
  const app = dashboardApp(shown.api, options, readAssets());
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const port = await listenOn(server, options);
  const name = host.includes(":") ? `[${host}]` : host === "0.0.0.0" ? "localhost" : host;
  const query = token === null ? "" : `?token=${encodeURIComponent(token)}`;
  return {
    address: `http://${name}:${port}${prefix}/${query}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      await shown.close();
    },
  };
}

/** What the page asks, and how to end it. */
interface Shown {
  readonly api: Hono;
  close(): void | Promise<void>;
}

function ofDatabase(file: string, { actions }: DashboardOptions): Shown {
  const source = new Source(file);
  source.storeIfAny();
  return { api: databaseApi(source, actions), close: () => source.close() };
}

/** Throws `UserError` where the lab cannot be looked at. */
async function ofLab(lab: LabConnection): Promise<Shown> {
  const watch = new LabWatch(lab);
  await watch.look();
  if (watch.trouble !== null) {
    await watch.close();
    throw new UserError(watch.trouble);
  }
  return { api: labRoutes(watch), close: async () => await watch.close() };
}

/** What pages ask of a database: to see, and to act where they may. */
export function databaseApi(source: Source, actions: boolean): Hono {
  const api = new Hono();
  if (actions) api.route("/", actionRoutes(source));
  api.route("/", apiRoutes(source));
  return api;
}

type AppOptions = Pick<DashboardOptions, "host" | "allowedHosts" | "token" | "prefix" | "actions">;

/** The application without a port: guard, API, and the page's files. */
export function dashboardApp(shown: Hono, options: AppOptions, assets: ReadonlyMap<string, Asset>): Hono {
  const app = new Hono();
  app.use(guard(options));
  app.use(async (c, next) => {
    const { method } = c.req;
    if (method === "GET" || method === "HEAD" || (method === "POST" && options.actions)) return await next();
    return c.json({ error: `${method} is not supported: this dashboard only shows` }, 405);
  });
  const api = new Hono();
  api.get("/about", (c) => c.json({ actions: options.actions }));
  api.route("/", shown);
  for (const base of options.prefix === "" ? [""] : [options.prefix, ""]) {
    if (base !== "") app.get(base, (c) => c.redirect(`${base}/`, 308));
    app.route(`${base}/api`, api);
    app.get(`${base}/*`, (c) => {
      const name = c.req.path.slice(base.length + 1) || "index.html";
      const asset = assets.get(name);
      if (asset === undefined)
        return c.text(assets.size === 0 ? "the page was not built: npm run build" : "not found", 404);
      return send(asset, c.req.header("accept-encoding") ?? "");
    });
  }
  return app;
}

function send({ type, bytes, gzip, lasting }: Asset, accepts: string): Response {
  const zipped = /\bgzip\b/.test(accepts);
  return new Response(zipped ? gzip : bytes, {
    headers: {
      "Content-Type": type,
      "Cache-Control": lasting ? "public, max-age=31536000, immutable" : "no-cache",
      Vary: "Accept-Encoding",
      ...(zipped ? { "Content-Encoding": "gzip" } : {}),
    },
  });
}

/** Ports to try after the one that is taken. */
const tries = 20;

async function listenOn(server: Server, { host, port, orNext }: DashboardOptions): Promise<number> {
  for (let next = port; ; next++) {
    try {
      return await listen(server, host, next);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const taken = code === "EADDRINUSE";
      if (taken && orNext && next < Math.min(65_535, port + tries)) continue;
      throw new UserError(
        taken
          ? `port ${next} of ${host} is taken; choose another --port`
          : `cannot listen on ${host} port ${next}: ${message}`,
        { cause: error },
      );
    }
  }
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
