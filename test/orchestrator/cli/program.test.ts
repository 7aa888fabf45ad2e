import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { commands } from "../../../orchestrator/cli/command-list.ts";
import { failureOf } from "../../../orchestrator/cli/failures.ts";
import { exitCodes, UserError } from "../../../orchestrator/errors.ts";
import { makeSampleDatabase } from "../../support/sample-studies.ts";
import { labFolder, tell } from "./support.ts";

const cwd = labFolder();
makeSampleDatabase(path.join(cwd, "seqtune.db"));

describe("the command line", () => {
  it("explains its exit codes and environment", async () => {
    const { stdout, code } = await tell(["--help"], { cwd });
    expect(code).toBe(0);
    for (const exitCode of Object.values(exitCodes))
      expect(stdout).toMatch(new RegExp(`\\n  ${exitCode} +\\S`));
    for (const name of ["SEQTUNE_DB", "NO_COLOR", "SEQTUNE_DEBUG"]) expect(stdout).toContain(name);
  });

  it("has help with an example for every command", async () => {
    for (const name of Object.keys(commands)) {
      const help = await tell([name, "--help"], { cwd });
      expect({ name, code: help.code }).toEqual({ name, code: 0 });
      expect(help.stdout, name).toMatch(/Examples?:\n +\$ seqtune /);
    }
  });

  it("shows in its help no default that is empty, stands twice, or is a time in milliseconds", async () => {
    for (const name of Object.keys(commands)) {
      const words = (await tell([name, "--help"], { cwd })).stdout.replaceAll(/\s+/g, " ");
      expect(words, name).not.toMatch(/default: (\{\}|\[\]|""|\d{7,})\)|\(default: [^()]*\) \(default:/);
    }
  });

  it("says in its own help what each command's help says", async () => {
    const words = async (args: readonly string[]): Promise<string> =>
      (await tell(args, { cwd })).stdout.replaceAll(/\s+/g, " ");
    const all = await words(["--help"]);
    for (const [name, { takes, summary }] of Object.entries(commands)) {
      expect(all).toContain(` ${name} ${takes} ${summary} `);
      expect(await words(["help", name])).toContain(`Usage: seqtune ${name} ${takes} ${summary} `);
    }
  });

  it("is documented: every command and every option", async () => {
    const page = readFileSync("docs/cli.md", "utf8");
    for (const name of Object.keys(commands)) {
      expect(page).toContain(`\`${name}\``);
      const { stdout } = await tell([name, "--help"], { cwd });
      const options = [...stdout.matchAll(/^ +(--[a-z-]+)/gm)].map((match) => match[1]!);
      expect(options.filter((option) => !page.includes(option))).toEqual([]);
    }
  });

  it("finds the database by --db, then SEQTUNE_DB, then in the working folder", async () => {
    const elsewhere = path.join(cwd, "seqtune.db");
    const env = { SEQTUNE_DB: elsewhere };
    const away = path.dirname(cwd);
    expect((await tell(["studies", "--json"], { cwd: away, env })).stdout).toContain("etth1");
    expect((await tell(["studies"], { cwd, env: { SEQTUNE_DB: "none.db" } })).stderr).toContain(
      "/lab/none.db",
    );
    const both = await tell(["studies", "--json", "--db", elsewhere], {
      cwd,
      env: { SEQTUNE_DB: "none.db" },
    });
    expect(both.code).toBe(0);
  });

  it.each([
    [["leadrboard"], "seqtune: unknown command 'leadrboard'\n(Did you mean leaderboard?)"],
    [["leaderboard", "--tpo", "3"], "seqtune: unknown option '--tpo'\n(Did you mean --top?)"],
    [
      ["leaderboard", "--top", "0"],
      "seqtune: option '--top <n>' argument '0' is invalid. It must be a whole number of at least 1.",
    ],
    [["leaderboard", "--json", "--csv"], "seqtune: option '--json' cannot be used with option '--csv'"],
    [
      ["leaderboard", "--sort", "lr"],
      'seqtune: cannot sort by "lr"; allowed: value, number, layers, hidden, optimizer, learning_rate, batch_size',
    ],
    [
      ["leaderboard", "a", "b"],
      "seqtune: too many arguments for 'leaderboard'. Expected 1 argument but got 2.",
    ],
    [["leaderboard", "nigth"], 'seqtune: there is no study "nigth" in /lab/seqtune.db; did you mean night?'],
    [
      ["leaderboard", "x"],
      'seqtune: there is no study "x" in /lab/seqtune.db; it has etth1, night; see: seqtune studies',
    ],
    [
      ["studies", "--db", "no/such/folder.db"],
      "seqtune: the folder /lab/no/such does not exist; create it, or choose another --db",
    ],
    [
      ["studies", "--db", "none.db"],
      "seqtune: there are no studies in /lab/none.db yet; start one with: seqtune run <sweep.yaml>",
    ],
    [["check", "none.yaml"], "seqtune: none.yaml cannot be run:"],
    [
      ["schema", "--out", "no/such/folder.json"],
      "seqtune: /lab/no/such/folder.json cannot be written (ENOENT); name another file with --out",
    ],
  ])("refuses %j with what is allowed", async (args, sentence) => {
    const { code, stdout, stderr } = await tell(args, { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.startsWith(sentence), stderr).toBe(true);
  });

  it("says in words what is wrong with a database", async () => {
    writeFileSync(
      path.join(cwd, "text.db"),
      "not a database, but long enough to be read as one ".repeat(100),
    );
    const newer = new Database(path.join(cwd, "newer.db"));
    newer.exec("CREATE TABLE migrations (id INTEGER PRIMARY KEY) STRICT");
    newer.close();
    for (const file of ["text.db", "newer.db"]) {
      const { code, stderr } = await tell(["leaderboard", "--db", file], { cwd });
      expect(code).toBe(1);
      expect(stderr).toMatch(new RegExp(`^seqtune: /lab/${file} is .*choose another --db\n$`));
    }
  });
});

describe("failures", () => {
  it("are one sentence where the user can help", () => {
    expect(failureOf(new UserError("no such thing; do this"), false)).toEqual({
      text: "seqtune: no such thing; do this",
      exitCode: 1,
    });
  });

  it("unexpected ones are internal errors, with the stack only on request", () => {
    const error = new TypeError("x is not a function");
    expect(failureOf(error, false)).toEqual({
      text: "seqtune: internal error (a bug in seqtune): x is not a function\nSEQTUNE_DEBUG=1 prints the stack.",
      exitCode: 3,
    });
    expect(failureOf(error, true).text).toContain("program.test.ts");
    expect(failureOf("just a text", false).text).toMatch(
      /^seqtune: internal error \(a bug in seqtune\): just a text\n/,
    );
  });
});
