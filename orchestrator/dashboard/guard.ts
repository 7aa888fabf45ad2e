/**
 * A page on 127.0.0.1 can be reached by any website a browser has open. Hosts, origins and tokens are checked here, before any
 * route is.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { hostname, networkInterfaces } from "node:os";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

export interface GuardSettings {
  /** The address that is listened on. */
  readonly host: string;
  /** More names by which browsers reach it, such as that of a reverse proxy; with a port or without. */
  readonly allowedHosts: readonly string[];
  /** `null`: anyone who reaches the address may read. */
  readonly token: string | null;
}

/** Nothing is loaded from elsewhere, nothing inline runs, no other page shows this one in a frame. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const headers: Readonly<Record<string, string>> = {
  "Content-Security-Policy": policy,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/**
 * Answers only browsers that mean this server. A page elsewhere that has its own name point here (DNS rebinding) is refused
 * by 421, and a request that another page sends by 403.
 */
export function guard(settings: GuardSettings): MiddlewareHandler {
  const refusal = refusalOf(settings);
  return async (context, next) => {
    const refused = refusal(context);
    if (refused === null) await next();
    else context.res = refused;
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
  };
}

function refusalOf(settings: GuardSettings): (context: Context) => Response | null {
  const names = allowedNames(settings);
  return (context) => {
    const host = context.req.header("host") ?? "";
    if (!isAllowed(host, names)) return context.text(wrongHost(host), 421);
    const origin = context.req.header("origin");
    if (origin === undefined && context.req.method === "POST" && !hasBearer(context))
      return context.text("a request that changes something must say which page it comes from", 403);
    if (origin !== undefined && !isOwn(origin, host, settings.allowedHosts))
      return context.text(`requests from pages of ${origin} are refused`, 403);
    if (origin === undefined && context.req.header("sec-fetch-site") === "cross-site" && isData(context))
      return context.text("requests from other pages are refused", 403);
    if (settings.token !== null && !hasToken(context, settings.token))
      return askForToken(context, settings.token);
    return null;
  };
}

function isData(context: Context): boolean {
  return context.req.path.includes("/api/");
}

function wrongHost(host: string): string {
  return `this dashboard does not go by the name "${host}"; start it with --allow-host ${host || "NAME"} where it should`;
}

/** Without ports: the port is the one that was connected to. */
function allowedNames({ host, allowedHosts }: GuardSettings): ReadonlySet<string> {
  const anywhere = host === "0.0.0.0" || host === "::";
  const own = anywhere
    ? Object.values(networkInterfaces()).flatMap((all) =>
        (all ?? []).map(({ address }) => bracketed(address)),
      )
    : [];
  const named = allowedHosts.map(withoutPort);
  return new Set(
    [
      "localhost",
      "127.0.0.1",
      "[::1]",
      bracketed(host),
      ...(anywhere ? [hostname()] : []),
      ...own,
      ...named,
    ].map((name) => name.toLowerCase()),
  );
}

function bracketed(address: string): string {
  return address.includes(":") && !address.startsWith("[") ? `[${address}]` : address;
}

function withoutPort(host: string): string {
  return host.replace(/:\d{1,5}$/, "");
}

function isAllowed(host: string, names: ReadonlySet<string>): boolean {
  return names.has(withoutPort(host).toLowerCase());
}

/** A page of this server has the same name and port; behind a proxy it has the proxy's name, which must be allowed. */
function isOwn(origin: string, host: string, allowedHosts: readonly string[]): boolean {
  if (!URL.canParse(origin)) return false;
  const { host: from, hostname: name } = new URL(origin);
  if (from === host.toLowerCase()) return true;
  return allowedHosts.some((one) => one.toLowerCase() === from || one.toLowerCase() === name);
}

const parameter = "token";

/** A program, not a browser: no other page can make a browser send this. */
function hasBearer(context: Context): boolean {
  return context.req.header("authorization")?.startsWith("Bearer ") ?? false;
}

function hasToken(context: Context, token: string): boolean {
  const bearer = /^Bearer (.+)$/.exec(context.req.header("authorization") ?? "")?.[1];
  return [bearer, getCookie(context, cookieName(context))].some(
    (given) => given !== undefined && isSame(given, token),
  );
}

function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** Cookies are shared by all ports of a name: two dashboards on one machine keep theirs apart. */
function cookieName(context: Context): string {
  const port = /:(\d{1,5})$/.exec(context.req.header("host") ?? "")?.[1] ?? "80";
  return `seqtune-${port}`;
}

/** The address that was printed brings the token once; from then on it is a cookie, and out of the address. */
function askForToken(context: Context, token: string): Response {
  const given = context.req.query(parameter);
  if (given === undefined || !isSame(given, token) || context.req.method !== "GET")
    return context.text(
      "this dashboard needs its token: open the address that seqtune dashboard has printed",
      401,
    );
  setCookie(context, cookieName(context), token, { httpOnly: true, sameSite: "Strict", path: "/" });
  const url = new URL(context.req.url);
  url.searchParams.delete(parameter);
  const place = url.pathname.split("/").at(-1) ?? "";
  return context.redirect(`./${place}${url.search}`, 303);
}
