import { nkeys } from "@nats-io/transport-node";
import { describe, expect, it } from "vitest";
import { Seal } from "../../../../worker/protocol/nats/link/seal.ts";

const subject = "$KV.SEQTUNE_CONTROL.order.s1.0.1";
const order = { order: { kind: "stop", reason: 'a "quoted" reason' }, epoch: 7 };

function newKey(): { readonly seed: string; readonly publicKey: string } {
  const pair = nkeys.createUser();
  return { seed: new TextDecoder().decode(pair.getSeed()), publicKey: pair.getPublicKey() };
}

const coordinator = newKey();
const thief = newKey();
const worker = new Seal(thief.seed, [coordinator.publicKey]);

describe("what a coordinator signs", () => {
  const said = new Seal(coordinator.seed, []).write(subject, order);

  it("is JSON that a worker of its lab reads, and the same for those who do not look at signatures", () => {
    expect(worker.read(subject, said)).toEqual(order);
    expect(new Seal(null, []).read(subject, said)).toEqual(order);
    expect(JSON.parse(said)).toMatchObject(order);
  });

  it("can be verified by the nkeys library", () => {
    const [, signature] = /"signature":"([\w-]+)"/.exec(said)!;
    const text = said.replace(/,"signature":"[\w-]+"\}$/, "}");
    const key = nkeys.fromPublic(coordinator.publicKey);
    const bytes = new TextEncoder().encode(`${subject}\n${text}`);
    expect(key.verify(bytes, Buffer.from(signature!, "base64url"))).toBe(true);
  });

  it.each([
    ["for another attempt", "$KV.SEQTUNE_CONTROL.order.s1.0.2", said],
    ["with another word in it", subject, said.replace("stop", "pause")],
    ["with a later epoch", subject, said.replace('"epoch":7', '"epoch":8')],
    ["with another signature", subject, said.replace(/.{4}"\}$/, 'AAAA"}')],
    ["without its signature", subject, JSON.stringify(order)],
    ["cut off", subject, said.slice(0, -10)],
    ["signed by the worker itself", subject, new Seal(thief.seed, []).write(subject, order)],
  ])("is not believed %s", (_how, on, text) => {
    expect(worker.read(on, text)).toBeUndefined();
  });
});

it("in a lab that names no coordinators everything counts, signed or not", () => {
  const open = new Seal(null, []);
  expect(open.read(subject, open.write(subject, order))).toEqual(order);
  expect(open.isStrict).toBe(false);
});
