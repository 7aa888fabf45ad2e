import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandLineIn } from "../../support/command-line.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-listen-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const configure = (listen: string, ...more: string[]) =>
  commandLineIn(folder)("nats-config", "--no-tls", "--out", "lab", "--listen", listen, ...more);

describe("address for the server to listen on", () => {
  it.each([
    "foo",
    "4305",
    "0.0.0.0",
    "127.0.0.1:99999",
    "lab:0",
    "300.1.1.1:4222",
    "::1:4222",
    'a"b:4222',
    "[zz]:1",
  ])("%s is refused, and nothing is written", async (listen) => {
    const { code, err } = await configure(listen);
    expect(code).toBe(1);
    expect(err).toContain("It must be HOST:PORT with a port from 1 to 65535, such as 0.0.0.0:4222.");
    expect(existsSync(path.join(folder, "lab"))).toBe(false);
  });

  it.each(["127.0.0.1:4305", "localhost:4305", "[::1]:4305"])(
    "%s is for this machine only, and the next steps say so",
    async (listen) => {
      const { code, out } = await configure(listen, "--host", "lab.example.org");
      expect(code).toBe(0);
      expect(readFileSync(path.join(folder, "lab", "nats.conf"), "utf8")).toContain(`listen: "${listen}"`);
      expect(out.match(/--nats nats:\/\/localhost:4305 /g)).toHaveLength(2);
      expect(out).toContain("on this machine only");
      expect(out).not.toMatch(/every machine|example/);
    },
  );

  it.each(["0.0.0.0:4305", "[::]:4305", "lab_1.local:4305"])("%s is for every machine", async (listen) => {
    const { code, out } = await configure(listen, "--host", "lab.example.org");
    expect(code).toBe(0);
    expect(out.match(/--nats nats:\/\/lab\.example\.org:4305 /g)).toHaveLength(2);
    expect(out).toContain("on every machine that trains");
  });
});

it.each(["leaderboard", "stop"])(
  "%s --help says that it looks in a lab only by --nats or --lab",
  async (name) => {
    const { out } = await commandLineIn(folder)(name, "--help");
    expect(out).toContain("Without --nats or --lab the command works on the database of this machine");
  },
);
