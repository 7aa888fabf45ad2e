import { expect, it } from "vitest";
import { explain } from "../../../../worker/protocol/nats/explain.ts";

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
