import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatSweepErrors } from "../../../orchestrator/config/errors.ts";
import { loadSweep } from "../../../orchestrator/config/load.ts";
import { errorsOf, loadText, sweepOf, sweepWith } from "./support.ts";

const good = sweepWith("dropout: {min: 0.1, max: 0.5}");

describe("a file that cannot be read", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "sweeps-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function sentence(name: string): Promise<string> {
    const file = path.join(folder, name);
    const loaded = await loadSweep(file);
    if (loaded.ok) throw new Error("the sweep was accepted");
    return formatSweepErrors(loaded.errors).replace(folder, "");
  }

  test("does not exist", async () => {
    expect(await sentence("nothing.yaml")).toBe("/nothing.yaml: there is no such file");
  });

  test("lies behind a file instead of a folder", async () => {
    await writeFile(path.join(folder, "plain.yaml"), good);
    expect(await sentence("plain.yaml/sweep.yaml")).toBe("/plain.yaml/sweep.yaml: there is no such file");
  });

  test("is a folder", async () => {
    await mkdir(path.join(folder, "configs"));
    expect(await sentence("configs")).toBe("/configs: this is a folder; name the YAML file in it");
  });

  test("is larger than a sweep file can be, and is not read to its end", async () => {
    await writeFile(path.join(folder, "large.yaml"), "#".repeat(300 * 1024));
    expect(await sentence("large.yaml")).toBe(
      "/large.yaml: the file is larger than 256 KB; a sweep file is a few KB of YAML",
    );
    expect((await loadSweep("/dev/zero")).ok).toBe(false);
  });

  test("is not ours to read", async () => {
    const refuse = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    const loaded = await loadSweep("locked.yaml", { readFile: () => Promise.reject(refuse) });
    expect(loaded).toMatchObject({
      ok: false,
      errors: [{ message: "the file may not be read; check its permissions" }],
    });
    const file = path.join(folder, "locked.yaml");
    await writeFile(file, good);
    await chmod(file, 0o000);
    // The superuser may read everything.
    expect((await loadSweep(file)).ok).toBe(process.getuid?.() === 0);
  });

  test("is on a failing disk", async () => {
    const failing = Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
    const loaded = await loadSweep("a.yaml", { readFile: () => Promise.reject(failing) });
    expect(loaded).toMatchObject({
      ok: false,
      errors: [{ message: "the file cannot be read: EIO: i/o error, read" }],
    });
  });

  test("is read from its own folder when all is well", async () => {
    const file = path.join(folder, "night run.yaml");
    await writeFile(file, good);
    const loaded = await loadSweep(file);
    expect(loaded).toMatchObject({
      ok: true,
      sweep: { name: "night-run", file, data: { file: path.join(folder, "a.csv") } },
    });
  });
});

describe("how the text is written", () => {
  test("not UTF-8", async () => {
    expect(await errorsOf(Uint8Array.of(0x61, 0x3a, 0x20, 0xe9))).toBe(
      "sweep.yaml: the file is not UTF-8 text; save it as UTF-8",
    );
    expect(await errorsOf(Uint8Array.of(0xff, 0xfe, 0x61, 0x00))).toBe(
      "sweep.yaml: the file is UTF-16 text; save it as UTF-8",
    );
  });

  test("a byte order mark and Windows line ends change nothing", async () => {
    const { source: _, ...unix } = await sweepOf(good);
    const { source: __, ...windows } = await sweepOf(`\uFEFF${good.replaceAll("\n", "\r\n")}`);
    expect(windows).toEqual(unix);
  });

  test("places are right in a file with Windows line ends", async () => {
    const text = good.replace("0.5", "0.5, step: 0").replaceAll("\n", "\r\n");
    expect(await errorsOf(text)).toMatchInlineSnapshot(`
      "sweep.yaml:4:39: parameters.dropout.step: found 0
        4 |   dropout: {min: 0.1, max: 0.5, step: 0}
          |                                       ^
        allowed: a number above 0"
    `);
  });

  test("tabs between words keep the caret in its column", async () => {
    expect(await errorsOf("seed:\t\tone\n")).toContain(["  1 | seed:  one", "    |        ^^^"].join("\n"));
  });

  test("control characters of the file do not reach the terminal", async () => {
    const shown = await errorsOf('seed: "\\e[31mred \u009B1m\u202E"\n"a\\e[2Jb": 1\n');
    for (const mark of ["\u001B", "\u009B", "\u202E"]) expect(shown).not.toContain(mark);
  });

  test("a long line is shown around its place", async () => {
    const text = `description: ${"x".repeat(3000)}\nmodel: {${" ".repeat(500)}layers: 9,${" ".repeat(500)}}\n`;
    const [excerpt, caret] = (await errorsOf(text)).split("\n").slice(-3);
    expect(excerpt).toMatch(/^ {2}2 \| … +layers: 9, +…$/);
    expect(excerpt?.[caret?.indexOf("^") ?? 0]).toBe("9");
  });
});

describe("files made to harm", () => {
  test("aliases that multiply are refused, not expanded", async () => {
    const levels = "bcdefghi".split("").map((key, i) => {
      const before = String.fromCharCode(97 + i);
      return `${key}: &${key} [${Array.from({ length: 9 }, () => `*${before}`).join(",")}]`;
    });
    const shown = await errorsOf(["a: &a [lol]", ...levels].join("\n"));
    expect(shown).toContain("anchors (&) are not allowed");
  });

  test.each(["[", "{a: ", "- ", "a: [", '{"a": ['])("nesting by %j without end", async (open) => {
    const loaded = await loadText(open.repeat(Math.floor((30 * 1024) / open.length)));
    expect(loaded.ok).toBe(false);
  });

  test("nesting that YAML could still read", async () => {
    expect(await errorsOf(`model: ${"[".repeat(50)}${"]".repeat(50)}`)).toContain("nested too deeply");
  });

  test("many keys cost no more than reading them", async () => {
    const keys = Array.from({ length: 5000 }, (_, i) => `k${i}: 1`).join("\n");
    const loaded = await loadText(keys);
    if (loaded.ok) throw new Error("the sweep was accepted");
    expect(loaded.errors.length).toBeGreaterThan(4999);
    expect(formatSweepErrors(loaded.errors)).toMatch(/\nand \d+ more$/);
  });

  test("keys that reach into objects leave them alone", async () => {
    await loadText('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}');
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
