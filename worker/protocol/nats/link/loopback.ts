import { isIP } from "node:net";

/** Does a server that listens there hear this machine only? `host`: a name or an address, also in brackets. */
export function isLoopback(host: string): boolean {
  if (host === "localhost" || host === "::1" || host === "[::1]") return true;
  return isIP(host) === 4 && host.startsWith("127.");
}
