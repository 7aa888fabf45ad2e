import { expect, it } from "vitest";
import { explain } from "../../../../worker/protocol/nats/link/explain.ts";

it("a certificate whose dates do not include this machine's time is a matter of clocks, not of authorities", () => {
  for (const [code, message] of [
    ["CERT_NOT_YET_VALID", "certificate is not yet valid"],
    ["CERT_HAS_EXPIRED", "certificate has expired"],
  ] as const) {
    const told = explain(Object.assign(new Error(message), { code }), "nats://lab:4222").message;
    expect(told).toContain(`no safe connection to the NATS server at nats://lab:4222 (${message}; the clock`);
    expect(told).toContain("set the clocks of both machines");
    expect(told).not.toContain("--tls-ca");
  }
});

it("what a database or a file system refuses is not put down to the server", () => {
  const full = Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
  const told = new Error("the disk that holds study.db is full (SQLITE_FULL)", { cause: full });
  const noRoom = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  for (const error of [full, told, noRoom]) expect(explain(error, "nats://lab:4222")).toBe(error);
});

it.each(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"])(
  "%s is a server out of reach, also as the cause of what the client says",
  (code) => {
    const error = Object.assign(new Error(`connect ${code}`), { code });
    for (const one of [error, new Error("no servers", { cause: error })]) {
      expect(explain(one, "nats://lab:4222").message).toMatch(
        /^no NATS server answers at nats:\/\/lab:4222 .*; check the address, and that the server runs on that machine/,
      );
    }
  },
);
