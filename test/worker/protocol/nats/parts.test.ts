import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inboxPrefixOf } from "../../../../worker/protocol/nats/link/auth.ts";
import { parseCredentials } from "../../../../worker/protocol/nats/link/credentials.ts";
import { withoutSecrets } from "../../../../worker/protocol/nats/link/without-secrets.ts";
import { Epochs } from "../../../../worker/protocol/nats/server/epochs.ts";
import { findNatsServer, ServerNotFound } from "../../../../worker/protocol/nats/link/find-server.ts";
import {
  namesFor,
  poolOf,
  refOfKey,
  satisfies,
  workerKey,
} from "../../../../worker/protocol/nats/server/names.ts";
import { isOlder } from "../../../../worker/protocol/nats/link/server-check.ts";

describe("credentials", () => {
  const seed = "SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU";

  it("are an nkey seed with or without the server's authority, or a .creds file", () => {
    const authority = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
    expect(parseCredentials(`anything\n${seed}\n`)).toEqual({ auth: { kind: "nkey", seed } });
    expect(parseCredentials(`${seed}\nthe authority:\n${authority}\n`)).toEqual({
      auth: { kind: "nkey", seed },
      tls: { authority },
    });
    const jwt = "-----BEGIN NATS USER JWT-----\neyJ0\n------END NATS USER JWT------";
    expect(parseCredentials(jwt)).toEqual({ auth: { kind: "creds", creds: jwt } });
    expect(parseCredentials("token")).toBeNull();
  });

  it("decide where answers go: below the public key, so that permissions need no other setting", () => {
    expect(inboxPrefixOf({ kind: "nkey", seed })).toMatch(/^_INBOX_U[A-Z2-7]{55}$/);
    expect(inboxPrefixOf({ kind: "token", token: "t" })).toBeUndefined();
  });

  it("are never shown with the address", () => {
    expect(withoutSecrets("nats://me:secret@lab:4222,tls://token@b:1")).toBe("nats://lab:4222,tls://b:1");
    expect(withoutSecrets("me:secret@lab:4222,lab2")).toBe("lab:4222,lab2");
    expect(withoutSecrets("nats://lab:4222")).toBe("nats://lab:4222");
  });
});

describe("names", () => {
  it("of two labs on one server have nothing in common", () => {
    const names = [namesFor(), namesFor("other-lab"), namesFor("other.lab")].flatMap(
      (one) => Object.values(one) as string[],
    );
    expect(new Set(names).size).toBe(names.length);
    for (const bad of ["", "Lab", "a..b", "a.", ".a", "a.1", "1a", "a*", "a>", "a".repeat(61)])
      expect(() => namesFor(bad)).toThrow("not usable");
  });

  it("of attempts go into keys and back", () => {
    expect(refOfKey("s-1_x.12.3")).toEqual({ study: "s-1_x", trial: 12, attempt: 3 });
    for (const other of ["s.1", "s.1.2.3", "a b.1.2", "s.x.1", ""]) expect(refOfKey(other)).toBeNull();
  });

  it("of workers may hold anything and are keys all the same", () => {
    for (const id of ["gpu01/slot 2", "ä*.>", "w"]) expect(workerKey(id)).toMatch(/^[\w-]+$/);
  });
});

describe("labels", () => {
  it("that a sweep requires make a pool, the same one in whatever order they are written", () => {
    expect(poolOf({})).toBe("any");
    expect(poolOf({ gpu: "a100", room: "3" })).toBe(poolOf({ room: "3", gpu: "a100" }));
    expect(poolOf({ gpu: "a100" })).not.toBe(poolOf({ gpu: "t4" }));
    expect(poolOf({ gpu: "* >." })).toMatch(/^[0-9a-f]{16}$/);
  });

  it("must all be there, with their values", () => {
    expect(satisfies({ gpu: "a100", room: "3" }, { gpu: "a100" })).toBe(true);
    expect(satisfies({ gpu: "a100" }, {})).toBe(true);
    expect(satisfies({ gpu: "t4" }, { gpu: "a100" })).toBe(false);
    expect(satisfies({}, { gpu: "a100" })).toBe(false);
  });
});

it("what a coordinator of an earlier epoch says is ignored, study by study", () => {
  const epochs = new Epochs();
  expect(epochs.accepts("s1", 5)).toBe(true);
  expect(epochs.accepts("s1", 5)).toBe(true);
  expect(epochs.accepts("s1", 6)).toBe(true);
  expect(epochs.accepts("s1", 5)).toBe(false);
  expect(epochs.accepts("s2", 1)).toBe(true);
});

it("versions compare by number", () => {
  expect(isOlder("2.9.9", "2.9.10")).toBe(true);
  expect(isOlder("2.9.10", "2.9.10")).toBe(false);
  expect(isOlder("2.12.3-RC.1", "2.9.10")).toBe(false);
  expect(isOlder("1.99.99", "2.9.10")).toBe(true);
});

describe("looking for a nats-server", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "seqtune-find-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  async function program(says: string): Promise<string> {
    const file = path.join(folder, "nats-server");
    await writeFile(file, `#!/bin/sh\necho '${says}'\n`);
    await chmod(file, 0o755);
    return file;
  }

  it("takes the one that is named, before the one on PATH", async () => {
    const file = await program("nats-server: v2.99.1");
    expect(await findNatsServer({ env: { NATS_SERVER_BIN: file } })).toEqual({
      file,
      version: "2.99.1",
      from: "NATS_SERVER_BIN",
    });
    expect(await findNatsServer({ env: { PATH: folder } })).toEqual({
      file,
      version: "2.99.1",
      from: "PATH",
    });
  });

  it("says what to do when the named file is not a nats-server", async () => {
    const file = await program("hello");
    await expect(findNatsServer({ env: { NATS_SERVER_BIN: file } })).rejects.toThrow(ServerNotFound);
    await expect(findNatsServer({ env: { NATS_SERVER_BIN: "/no/such/file" } })).rejects.toThrow(
      /no nats-server was found \(\/no\/such\/file, from NATS_SERVER_BIN, does not run as one\); install it with: apt-get install nats-server/,
    );
  });
});
