import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pc from "picocolors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Io } from "../../../orchestrator/cli/io.ts";
import { labConnection, labOfRun } from "../../../orchestrator/cli/lab-connection.ts";
import type { NatsFlags } from "../../../orchestrator/cli/nats-options.ts";
import { removeFolder } from "../../support/remove-folder.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(path.join(tmpdir(), "seqtune-options-"));
  writeFileSync(path.join(cwd, "lab.yaml"), "nats: nats://file:4222\nuser: ada\npassword: lovelace\n");
});
afterAll(() => removeFolder(cwd));

function io(env: NodeJS.ProcessEnv = {}): Io {
  const nowhere = { write: () => {} };
  const closed = new AbortController().signal;
  return {
    stdout: nowhere,
    stderr: nowhere,
    env,
    cwd,
    columns: 80,
    colors: pc.createColors(false),
    closed,
    exitCode: 0,
  };
}

const lab = (flags: NatsFlags, env?: NodeJS.ProcessEnv) => labConnection(io(env), flags);

describe("the lab a command is to use", () => {
  it("is none unless a server is named", () => {
    expect(lab({})).toBeNull();
  });

  it("is named by flag, else environment, else file", () => {
    const env = { SEQTUNE_NATS: "nats://env:4222", SEQTUNE_LAB: "lab.yaml" };
    expect(lab({ nats: "nats://flag:4222" }, env)?.servers).toBe("nats://flag:4222");
    expect(lab({}, env)?.servers).toBe("nats://env:4222");
    expect(lab({ lab: "lab.yaml" })).toEqual({
      servers: "nats://file:4222",
      auth: { kind: "password", user: "ada", password: "lovelace" },
    });
  });

  it("takes one way to say who this is: the nearest", () => {
    const env = { SEQTUNE_NATS_TOKEN: "secret" };
    expect(lab({ lab: "lab.yaml" }, env)?.auth).toEqual({ kind: "token", token: "secret" });
  });

  it("keeps credentials of an address apart from it", () => {
    expect(lab({ nats: "nats://ada:love%40lace@lab:4222" })).toEqual({
      servers: "nats://lab:4222",
      auth: { kind: "password", user: "ada", password: "love@lace" },
    });
    expect(lab({ nats: "nats://secret@a:4222, nats://b:4222" })).toEqual({
      servers: "nats://a:4222,nats://b:4222",
      auth: { kind: "token", token: "secret" },
    });
  });

  it("is refused in words that show no secret", () => {
    const refused = (flags: NatsFlags, env?: NodeJS.ProcessEnv) => () => lab(flags, env);
    expect(refused({ nats: "http://ada:secret@lab:4222" })).toThrow(/^http:\/\/ is not supported/);
    expect(refused({ nats: "nats://ada:secret@la b" })).toThrow(/^"nats:\/\/la b" is not the address/);
    expect(refused({ nats: "nats://lab", creds: "none.creds" })).toThrow(/none\.creds cannot be read/);
    expect(refused({ nats: "nats://lab", natsUser: "ada" })).toThrow(/SEQTUNE_NATS_PASSWORD/);
    expect(refused({ nats: "nats://lab", natsPrefix: "A B" })).toThrow(/prefix "A B"/);
  });
});

describe("a run", () => {
  it("with --workers is local even where the environment names a lab", () => {
    const env = { SEQTUNE_NATS: "nats://env:4222" };
    expect(labOfRun(io(env), { workers: 2 })).toBeNull();
    expect(labOfRun(io(env), {})?.servers).toBe("nats://env:4222");
    expect(() => labOfRun(io(), { workers: 2, nats: "nats://lab" })).toThrow(
      /--workers applies to local workers/,
    );
  });
});
