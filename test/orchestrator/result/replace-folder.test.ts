import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { occupantOf, replaceFolder } from "../../../orchestrator/result/replace-folder.ts";

const files = { "model.json": "{}", "provenance.json": '{"seqtune":"1.0.0","study":{"key":"k1"}}' };
let home: string;
let folder: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "seqtune-replace-"));
  folder = path.join(home, "models", "etth1");
});
afterEach(() => rm(home, { recursive: true, force: true, maxRetries: 10 }));

describe("what stands where a model is to be", () => {
  it("is nothing, while there is no folder or an empty one", async () => {
    expect(await occupantOf(folder, files)).toEqual({ kind: "nothing" });
    await mkdir(folder, { recursive: true });
    expect(await occupantOf(folder, files)).toEqual({ kind: "nothing" });
  });

  it("is the model of a study, where nothing else lies in the folder", async () => {
    await replaceFolder(folder, files);
    expect(await occupantOf(folder, files)).toEqual({ kind: "model", study: "k1" });
  });

  it.each([
    ["a file beside those of the model", { ...files, "notes.txt": "mine" }],
    ["no provenance", { "model.json": "{}" }],
    ["another tool's provenance", { ...files, "provenance.json": '{"by":"somebody"}' }],
    ["a provenance that is no JSON", { ...files, "provenance.json": "by hand" }],
  ])("is somebody else's with %s", async (_, found) => {
    await replaceFolder(folder, found);
    expect(await occupantOf(folder, files)).toEqual({ kind: "other" });
  });

  it("is not ours where it is a file", async () => {
    await writeFile(path.join(home, "file"), "");
    expect(await occupantOf(path.join(home, "file"), files)).toEqual({ kind: "other" });
  });
});

describe("a folder put in another's place", () => {
  it("has only the new files, and leaves nothing beside it", async () => {
    await replaceFolder(folder, { ...files, "old.bin": new Uint8Array(3) });
    await replaceFolder(folder, { ...files, "model.json": "[]" });
    expect(await readdir(folder)).toEqual(["model.json", "provenance.json"]);
    expect(await readFile(path.join(folder, "model.json"), "utf8")).toBe("[]");
    expect(await readdir(path.dirname(folder))).toEqual(["etth1"]);
  });

  it("does not come at all where one of its files cannot be written: the old one stays", async () => {
    await replaceFolder(folder, files);
    const broken = { "model.json": "[]", "model.json/within.bin": "" };
    await expect(replaceFolder(folder, broken)).rejects.toThrow("EEXIST");
    expect(await readFile(path.join(folder, "model.json"), "utf8")).toBe("{}");
    expect(await readdir(path.dirname(folder))).toEqual(["etth1"]);
  });

  it("comes where a link points to, and the link stays", async () => {
    await replaceFolder(folder, files);
    const link = path.join(home, "latest");
    await symlink(folder, link);
    await replaceFolder(link, { ...files, "model.json": "[]" });
    expect(await readFile(path.join(folder, "model.json"), "utf8")).toBe("[]");
    expect(await readdir(home)).toEqual(["latest", "models"]);
  });
});
