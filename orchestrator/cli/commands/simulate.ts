import path from "node:path";
import type { Command } from "commander";
import { constraintText, watchedMetrics } from "../../../search/goals/goals.ts";
import { rangeTestOf } from "../../config/range-study.ts";
import type { Sweep } from "../../config/sweep.ts";
import { UserError } from "../../errors.ts";
import { knownOfCsv, knownOfStudy } from "../../known/known-results.ts";
import { compare } from "../../simulate/compare.ts";
import { judgeCurve } from "../../simulate/front.ts";
import { readBenchmark } from "../../simulate/read-benchmark.ts";
import { readStudyCurves } from "../../simulate/read-study.ts";
import type { Recording } from "../../simulate/recorded.ts";
import { Nearest } from "../../simulate/nearest.ts";
import { readStrategies } from "../../simulate/strategies.ts";
import { findStudy } from "../find-study.ts";
import { note, print, printJson, type Io } from "../io.ts";
import { count, dbOption, withStore, type DbOptions } from "../options.ts";
import { readSweepFile } from "../sweep-file.ts";
import { simulationText } from "../text/simulate.ts";

interface SimulateFlags extends DbOptions {
  readonly curves: string;
  readonly compare: string;
  readonly workers: number;
  readonly seeds: number;
  readonly sameEpochs?: true;
  readonly json?: true;
}

const examples = `
Examples:
  $ seqtune simulate sweep.yaml --curves etth1                        against the trials of study etth1
  $ seqtune simulate sweep.yaml --curves etth1 --compare none,median,asha,tpe+asha --same-epochs
  $ seqtune simulate sweep.yaml --curves curves.json --workers 8 --compare "{type: asha, eta: 3},thaw"

Nothing is trained: a configuration trains like the recorded one nearest to it. See docs/simulate.md.`;

export function simulateCommand(program: Command, io: Io): void {
  program
    .command("simulate")
    .argument("<sweep.yaml>", "the sweep file")
    .requiredOption("--curves <from>", "a study, or a .json file of recorded curves")
    .option("--compare <list>", "methods and rules to compare, such as none,median,tpe+asha", "sweep")
    .option("--workers <n>", "virtual workers", count, 1)
    .option("--seeds <n>", "studies per strategy", count, 20)
    .option("--same-epochs", "give each strategy the same number of epochs instead of trials")
    .option("--json", "one JSON object")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action(async (file: string, flags: SimulateFlags) => {
      const sweep = await withKnown(await readSweepFile(path.resolve(io.cwd, file), io), flags, io);
      const recording = await readRecording(flags, io);
      checkFit(sweep, recording, flags, io);
      const strategies = readStrategies(flags.compare, sweep);
      const { seeds, workers, sameEpochs = false } = flags;
      const comparison = compare({ recording, strategies, seeds, workers, sameEpochs });
      if (flags.json) printJson(io, comparison);
      else print(io, simulationText(comparison, io.columns, io.colors));
    });
}

/** The search knows what `known:` names, as in a real study. */
async function withKnown(sweep: Sweep, flags: SimulateFlags, io: Io): Promise<Sweep> {
  const { known } = sweep;
  if (known === undefined) return sweep;
  const { results, notice } =
    "csv" in known
      ? await knownOfCsv(known.csv, sweep)
      : withStore(io, flags, (store) => knownOfStudy(store, known.study, sweep));
  note(io, notice);
  return { ...sweep, knownResults: results };
}

async function readRecording(flags: SimulateFlags, io: Io): Promise<Recording> {
  if (flags.curves.endsWith(".json")) return await readBenchmark(path.resolve(io.cwd, flags.curves));
  return withStore(io, flags, (store, db) => {
    const { recording, leftOut } = readStudyCurves(store, findStudy(store, flags.curves, db));
    if (leftOut !== null) note(io, leftOut);
    return recording;
  });
}

/** What a sweep with several metrics or constraints is judged by has to be in the records, and some of them to be feasible. */
function checkGoals({ goals, budget }: Sweep, { name, curves }: Recording): void {
  if (goals === undefined) return;
  const known = new Set(curves.flatMap(({ metrics = [] }) => metrics.flatMap(Object.keys)));
  const missing = watchedMetrics(goals).filter((metric) => !known.has(metric));
  if (missing.length > 0) {
    throw new UserError(
      `the sweep is judged by ${missing.join(", ")}, which the curves of ${name} do not have` +
        `${known.size === 0 ? "" : ` (they have ${[...known].join(", ")})`}; take curves of a study that reported it`,
    );
  }
  if (curves.some((curve) => judgeCurve(goals, curve, budget.epochs).feasible)) return;
  const limits = goals.constraints.map(constraintText).join(", ");
  throw new UserError(
    goals.constraints.length === 0
      ? `no curve of ${name} has all of ${goals.metrics.map((metric) => metric.name).join(", ")} at its best epoch`
      : `no curve of ${name} keeps the constraints (${limits}) at its best epoch; loosen them, or take other curves`,
  );
}

function checkFit(sweep: Sweep, recording: Recording, { sameEpochs }: SimulateFlags, io: Io): void {
  if (rangeTestOf(sweep) !== null) {
    throw new UserError(
      "the sweep runs range tests (method lr_range), about which training curves say nothing; " +
        "give it a method that trains, as in method: bayes",
    );
  }
  if (recording.goal !== sweep.metric.goal) {
    throw new UserError(
      `the sweep ranks by ${sweep.metric.name} (${sweep.metric.goal}), but the curves of ${recording.name} are of ` +
        `${recording.metric} (${recording.goal}); rank by that, or take other curves`,
    );
  }
  checkGoals(sweep, recording);
  const { matched, unknown } = new Nearest(sweep.space, recording.curves);
  if (matched.length === 0) {
    const known = Object.keys(recording.curves[0]!.params).join(", ");
    throw new UserError(
      `no parameter of the sweep (${unknown.join(", ")}) is in the records of ${recording.name} (${known})`,
    );
  }
  if (sameEpochs === true && sweep.budget.trials === undefined) {
    throw new UserError("--same-epochs needs budget.trials in the sweep, which sets the number of epochs");
  }
  if (sweep.rangeTest !== undefined) {
    note(
      io,
      "range tests have no part in a simulation: the learning rate is searched from its min to its max",
    );
  }
  const longest = Math.max(...recording.curves.map(({ values }) => values.length));
  if (longest < sweep.budget.epochs) {
    note(
      io,
      `the records have ${longest} epochs at most, the sweep ${sweep.budget.epochs}: trials end after ${longest}`,
    );
  }
}
