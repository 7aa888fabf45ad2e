import { describe, expect, it } from "vitest";
import { readProgram } from "../../../../orchestrator/init/script/calls.ts";
import type { Language } from "../../../../orchestrator/init/script/language.ts";
import { optionsOf, type ScriptOption } from "../../../../orchestrator/init/script/options.ts";
import { usesOf } from "../../../../orchestrator/init/script/ranges.ts";

function read(text: string, language: Language): Readonly<Record<string, Partial<ScriptOption>>> {
  const options = optionsOf(readProgram(text, language).calls);
  return Object.fromEntries(
    options.map(({ name, kind, fallback, choices, required }) => [
      name,
      { kind, fallback, choices, required },
    ]),
  );
}

const plain = { choices: [], required: false };

describe("the options of a program", () => {
  it("are those of argparse", () => {
    const text = `
a = argparse.ArgumentParser()
a.add_argument("data")
a.add_argument("-l", "--lr", type=float, default=1e-2)
a.add_argument("--hidden-size", type=int, default=64)
a.add_argument("--rate", default=0.5)
a.add_argument("--opt", choices=["adam", "sgd"], default="adam")
a.add_argument("--fast", action="store_true")
a.add_argument("--tied", action=argparse.BooleanOptionalAction, default=True)
a.add_argument("--out", required=True)
a.add_argument("--width", type=int, default=WIDTH)
`;
    expect(read(text, "python")).toEqual({
      lr: { ...plain, kind: "number", fallback: 0.01 },
      "hidden-size": { ...plain, kind: "whole", fallback: 64 },
      rate: { ...plain, kind: "number", fallback: 0.5 },
      opt: { kind: "text", fallback: "adam", choices: ["adam", "sgd"], required: false },
      fast: { ...plain, kind: "flag", fallback: null },
      tied: { ...plain, kind: "flag", fallback: null },
      out: { ...plain, kind: "text", fallback: null, required: true },
      width: { ...plain, kind: "whole", fallback: null },
    });
  });

  it("are those of click", () => {
    const text = `
@click.command()
@click.option("--lr", default=0.01)
@click.option("--layers", type=int, default=2, show_default=True)
@click.option("--opt", type=click.Choice(["adam", "sgd"]), default="sgd")
@click.option("--shuffle/--no-shuffle", default=True)
def main(lr, layers, opt, shuffle): pass
`;
    expect(read(text, "python")).toEqual({
      lr: { ...plain, kind: "number", fallback: 0.01 },
      layers: { ...plain, kind: "whole", fallback: 2 },
      opt: { kind: "text", fallback: "sgd", choices: ["adam", "sgd"], required: false },
      shuffle: { ...plain, kind: "flag", fallback: null },
    });
  });

  it("are those of commander, yargs and parseArgs", () => {
    const lr = { ...plain, kind: "number", fallback: 0.01 };
    expect(
      read(
        'program.option("-r, --lr <rate>", "learning rate", parseFloat, 0.01).option("--fast").requiredOption("--data <file>")',
        "javascript",
      ),
    ).toEqual({
      lr,
      fast: { ...plain, kind: "flag", fallback: null },
      data: { ...plain, kind: "text", fallback: null, required: true },
    });
    expect(
      read(
        'yargs(argv).option("lr", { type: "number", default: 0.01 }).options({ opt: { choices: ["adam", "sgd"], demandOption: true } })',
        "javascript",
      ),
    ).toEqual({ lr, opt: { kind: "text", fallback: null, choices: ["adam", "sgd"], required: true } });
    expect(
      read(
        'parseArgs({ options: { lr: { type: "string", default: "0.01" }, hidden: { type: "string", default: "32" }, v: { type: "boolean" } } })',
        "javascript",
      ),
    ).toEqual({
      lr,
      hidden: { ...plain, kind: "whole", fallback: 32 },
      v: { ...plain, kind: "flag", fallback: null },
    });
  });
});

describe("what becomes of an option", () => {
  const use = (option: Partial<ScriptOption> & { readonly name: string }): unknown => {
    const [one] = usesOf([
      { kind: "number", fallback: null, choices: [], required: false, line: 1, ...option },
    ]);
    if (one === undefined) return null;
    return "space" in one ? { [one.kind]: one.space } : one.kind === "given" ? { given: one.by } : one.kind;
  };
  it.each([
    [
      "a learning rate is searched on a log scale",
      { name: "lr", fallback: 0.001 },
      { search: { min: 0.0001, max: 0.01, distribution: "log_uniform" } },
    ],
    [
      "one above 1, as of plain SGD, too",
      { name: "lr", fallback: 20 },
      { search: { min: 2, max: 200, distribution: "log_uniform" } },
    ],
    [
      "a penalty that is off may stay off",
      { name: "weight-decay", fallback: 0 },
      { search: { values: [0, 0.00001, 0.0001, 0.001] } },
    ],
    [
      "dropout begins at 0",
      { name: "dropout", fallback: 0.2 },
      { search: { min: 0, max: 0.5, distribution: "uniform" } },
    ],
    [
      "a size is halved and doubled",
      { name: "hidden_size", kind: "whole", fallback: 48 },
      { search: { values: [24, 48, 96] } },
    ],
    [
      "layers are counted",
      { name: "num_layers", kind: "whole", fallback: 2 },
      { search: { min: 1, max: 3, distribution: "int" } },
    ],
    [
      "an optimizer is searched over its choices",
      { name: "optim", kind: "text", choices: ["adam", "sgd"] },
      { search: { values: ["adam", "sgd"] } },
    ],
    ["epochs come from the budget", { name: "max_epochs", kind: "whole", fallback: 30 }, { given: "epochs" }],
    ["the seed comes from the trial", { name: "seed", kind: "whole", fallback: 1 }, { given: "seed" }],
    [
      "a number whose name says nothing is offered",
      { name: "gamma", fallback: 0.99 },
      { offer: { min: 0.495, max: 1, distribution: "uniform" } },
    ],
    [
      "what belongs to the machine is left alone",
      { name: "num_workers", kind: "whole", fallback: 4 },
      "leave",
    ],
    ["so is how often it prints", { name: "log-interval", kind: "whole", fallback: 200 }, "leave"],
    [
      "and the loss, by which trials could not be compared",
      { name: "loss", kind: "text", choices: ["mse", "mae"] },
      "leave",
    ],
  ] as const)("%s", (_, option, expected) => expect(use(option)).toEqual(expected));
});
