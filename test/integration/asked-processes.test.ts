/** Studies that are asked, by processes that live and that die, and by the command line. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openStore } from "../../storage/sqlite/open.ts";
import { tell } from "../orchestrator/cli/support.ts";
import { db, folder } from "../support/folder-per-test.ts";
import { startScript, type Script } from "../support/script.ts";

const asker = new URL("../support/asker.ts", import.meta.url);
const start = (trials: number, ...mode: string[]): Script =>
  startScript(asker, [db, String(trials), ...mode]);

function trialsIn(script: Script): number[] {
  return script.lines.map((line) => Number(line.split(" ")[1]));
}

describe("a study that is asked", () => {
  it("gives each trial once to 8 processes that ask at once, and loses none", async () => {
    const scripts = Array.from({ length: 8 }, () => start(120));
    const ends = await Promise.all(scripts.map(({ ended }) => ended));
    expect(ends.map(({ how, stderr }) => [how, stderr])).toEqual(Array.from({ length: 8 }, () => [0, ""]));
    const seen = scripts.flatMap(trialsIn).toSorted((a, b) => a - b);
    expect(seen).toEqual(Array.from({ length: 120 }, (_, number) => number));
    const store = openStore(db, { readonly: true });
    const study = store.findStudy("s")!;
    expect(study.state).toBe("complete");
    expect(store.counts(study.id).complete).toBe(120);
    expect([...store.reports(study.id)]).toHaveLength(360);
    store.close();
  });

  it("gives the trial of a killed process to another at once", async () => {
    const dying = start(4, "hang");
    expect(await dying.line("trial")).toBe("trial 0 1");
    dying.kill("SIGKILL");
    await dying.ended;
    const living = start(4);
    expect((await living.ended).how).toBe(0);
    expect(living.lines).toEqual(["trial 0 2", "trial 1 1", "trial 2 1", "trial 3 1"]);
    const store = openStore(db, { readonly: true });
    const study = store.findStudy("s")!;
    expect(store.attempts(study.id, 0).map(({ state, reason }) => [state, reason])).toEqual([
      ["lost", "its process ended without a word"],
      ["complete", null],
    ]);
    store.close();
  });

  it("is created, asked and reported to from the command line", async () => {
    const file = path.join(folder, "space.yaml");
    writeFileSync(
      file,
      "name: n\nmetric: {name: loss}\nmethod: grid\nparameters: {x: {values: [1, 2, 3]}}\nbudget: {epochs: 4}\nearly_terminate: {type: threshold, max: 5}\n",
    );
    const said = async (...args: string[]): Promise<string> => {
      const { code, stderr, stdout } = await tell([...args, "--db", db], { cwd: folder });
      return code === 0 ? stdout.trim() : `${code} ${stderr.trim()}`;
    };
    expect(await said("create", "space.yaml")).toContain("study n is made; ask it with: seqtune ask n");
    const asked = JSON.parse(await said("ask", "n", "--json"));
    expect(asked).toMatchObject({
      trials: [{ trial: 0, attempt: 1, epochs: 4, fromEpoch: 0, params: { x: 1 } }],
      over: null,
    });
    expect(await said("tell", "n", "0", "--report", "1=2", "--report", "2=1")).toBe("continue");
    expect(await said("tell", "n", "0", "--report", "2=1")).toMatch(/^1 .*epoch 2 already/);
    expect(await said("tell", "n", "0", "--complete")).toBe("complete");
    expect(await said("ask", "n", "--n", "5")).toMatch(/^trial 1 {2}x=2 {2}epochs 1 to 4\ntrial 2/);
    expect(await said("tell", "n", "1", "--report", "1=7")).toMatch(/^stop: /);
    expect(await said("tell", "n", "1", "--complete", "3")).toMatch(/^1 .*trial 1 of study n is pruned/);
    expect(await said("tell", "n", "2", "--failed", "no such column")).toBe("failed");
    expect(await said("ask", "n")).toBe("study n is over: every configuration of the space has been tried");
    expect(await said("leaderboard", "n")).toContain("3 trials: 1 complete, 1 pruned, 1 failed");
    expect(await said("resume", "n")).toMatch(/^1 .*(is complete|asked)/);
    expect(await said("ask", "nowhere")).toMatch(/^1 /);
  });
});

const markdown = readFileSync(new URL("../../docs/library.md", import.meta.url), "utf8");
const examples = [...markdown.matchAll(/<!-- example: (\w+) -->\n\n```ts\n([^]*?)```/g)].map(
  ([, name, text]) => ({ name, text: text! }),
);

describe("docs/library.md", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));

  it("has four examples", () => expect(examples).toHaveLength(4));

  it.each(examples)("its example $name runs", ({ text }) => {
    const library = new URL("../../orchestrator/index.ts", import.meta.url).href;
    const file = path.join(folder, "example.ts");
    writeFileSync(file, text.replace('"seqtune"', JSON.stringify(library)));
    writeFileSync(path.join(folder, "package.json"), '{"type": "module"}');
    writeFileSync(path.join(folder, "README.md"), readFileSync(path.join(root, "README.md")));
    const loader = import.meta.resolve("tsx");
    const ran = spawnSync(process.execPath, ["--import", loader, file], { cwd: folder, encoding: "utf8" });
    expect(ran.stderr).toBe("");
    expect(ran.status).toBe(0);
    const store = openStore(path.join(folder, "seqtune.db"), { readonly: true });
    const [study] = store.studies();
    expect(study).toMatchObject({ state: "complete" });
    expect(study!.best).toBeLessThan({ beale: 1, logistic: 0.3 }[study!.name] ?? Infinity);
    store.close();
  });
});
