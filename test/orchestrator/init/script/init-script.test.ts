import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadSweep } from "../../../../orchestrator/config/load.ts";
import { tell } from "../../cli/support.ts";
import { useFolder } from "../../../support/use-folder.ts";

const place = useFolder();

const reporting = `import argparse, json
p = argparse.ArgumentParser()
p.add_argument("--lr", type=float, default=0.01)
p.add_argument("--hidden", type=int, default=32)
p.add_argument("--epochs", type=int, default=4)
p.add_argument("--seed", type=int, default=0)
a = p.parse_args()
for epoch in range(1, a.epochs + 1):
    print(json.dumps({"epoch": epoch, "train_loss": 1 / epoch, "val_loss": abs(a.lr - 0.02) + 1 / (a.hidden * epoch)}), flush=True)
`;

describe("seqtune init of a training script", () => {
  it("writes a sweep that runs the script, without a warning", async () => {
    const cwd = place.folder;
    writeFileSync(path.join(cwd, "train.py"), reporting);
    const { code, stdout } = await tell(["init", "train.py"], { cwd });
    expect(stdout).toContain("--lr      searched: 0.001 to 0.1 (log) (default 0.01)");
    expect(stdout).toContain("--epochs  budget.epochs of the sweep (default 4)");
    expect(stdout).toContain("--seed    the trial's seed");
    expect(stdout).toContain("trials are ranked by val_loss");
    expect(stdout).not.toContain("to do");
    expect(code).toBe(0);
    const loaded = await loadSweep(path.join(cwd, "train.yaml"));
    expect(loaded).toMatchObject({
      ok: true,
      warnings: [],
      sweep: {
        name: "train",
        program: { command: ["python3", "train.py", "--epochs=${epochs}", "--seed=${seed}", "${args}"] },
        metric: { name: "val_loss", goal: "minimize" },
        budget: { trials: 20, epochs: 4 },
      },
    });
  });

  it("names the line that is missing where the script only prints words", async () => {
    const cwd = place.folder;
    const words = reporting.replace(
      /print\(.*/,
      'print(f"epoch {epoch}: validation accuracy {1 / epoch:.3f}, loss {2}")',
    );
    writeFileSync(path.join(cwd, "words.py"), words);
    const { stdout } = await tell(["init", "words.py"], { cwd });
    expect(stdout).toContain("trials are ranked by val_accuracy");
    expect(stdout).toContain('print(json.dumps({"epoch": epoch, "val_accuracy": val_accuracy}), flush=True)');
    const json = await tell(["init", "words.py", "--metric", "fun", "--out", "fun.yaml", "--json"], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({ metric: "fun", reports: null });
    expect(readFileSync(path.join(cwd, "fun.yaml"), "utf8")).toContain("{ name: fun, goal: minimize }");
  });

  it.each([
    ["print(json.dumps(dict(epoch=epoch, val_acc=1)))", "val_acc"],
    ['row = {"epoch": epoch, "test_loss": 1, "loss": 2}\n    print(json.dumps(row))', "loss"],
  ])("knows the report %s", async (line, metric) => {
    const cwd = place.folder;
    writeFileSync(path.join(cwd, "other.py"), reporting.replace(/print\(.*/, line));
    const { stdout } = await tell(["init", "other.py"], { cwd });
    expect(stdout).toContain(`trials are ranked by ${metric};`);
    expect(stdout).not.toContain("to do");
  });

  it("names a script in another folder from the sweep file", async () => {
    const cwd = place.folder;
    mkdirSync(path.join(cwd, "src"));
    writeFileSync(
      path.join(cwd, "src/fit.mjs"),
      'const { values } = parseArgs({ options: { lr: { type: "string", default: "0.1" } } });\nconsole.log(JSON.stringify({ epoch: 1, loss: 1 }));\n',
    );
    const { code, stdout } = await tell(["init", "src/fit.mjs"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("trials are ranked by loss");
    expect(readFileSync(path.join(cwd, "fit.yaml"), "utf8")).toContain('[ node, src/fit.mjs, "${args}" ]');
  });

  it("says of a required option that has no default where it goes", async () => {
    const cwd = place.folder;
    writeFileSync(path.join(cwd, "need.py"), `${reporting}\np.add_argument("--corpus", required=True)\n`);
    const { stdout } = await tell(["init", "need.py"], { cwd });
    expect(stdout).toContain(
      "--corpus is required and not searched: add it to `program.command`, such as --corpus=VALUE",
    );
  });

  it("refuses in one sentence what it cannot read, and writes nothing", async () => {
    const cwd = place.folder;
    writeFileSync(path.join(cwd, "plain.py"), "print(1)\n");
    writeFileSync(path.join(cwd, "train.sh"), "echo 1\n");
    for (const [args, words] of [
      [["plain.py"], "declares no option with a value that could be searched"],
      [["train.sh"], "is a program, and of programs init knows Python (argparse, click) and Node"],
      [["gone.py"], "gone.py does not exist"],
      [["plain.py", "--target", "x"], "--target is for data files"],
      [["data.csv", "--metric", "x"], "--metric is for training scripts"],
    ] as const) {
      const { code, stderr } = await tell(["init", ...args], { cwd });
      expect(stderr).toContain(words);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(code).toBe(1);
    }
  });

  it("takes a .ts file for data where it is a set of time series", async () => {
    const cwd = place.folder;
    writeFileSync(path.join(cwd, "set.ts"), "# comment\n@problemName x\n@timeStamps false\n");
    const { stderr } = await tell(["init", "set.ts"], { cwd });
    expect(stderr).not.toContain("declares no option");
  });
});
