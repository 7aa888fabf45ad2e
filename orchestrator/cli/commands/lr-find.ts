import { InvalidArgumentError, Option, type Command } from "commander";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { defaultReading, defaultWalk } from "../../../search/lr-range/curve.ts";
import { defaultRule, ruleNames, type RuleName } from "../../../search/lr-range/rules.ts";
import type { Params, ParamValue } from "../../../search/space.ts";
import { rangeTestSchema, type RangeTestSettings } from "../../../worker/protocol/range-test.ts";
import { systemClock } from "../../../worker/protocol/clock.ts";
import { askedWorkers } from "../../run/compose.ts";
import { findings, sentenceOf } from "../../config/check.ts";
import { tableOf } from "../../../worker/data/prepare.ts";
import type { Sweep } from "../../config/sweep.ts";
import { exitCodes, UserError } from "../../errors.ts";
import { defaultParams } from "../../lr-range/default-params.ts";
import { findRate } from "../../lr-range/find-rate.ts";
import { rangeSvg } from "../../lr-range/svg.ts";
import { readData, withDataFile } from "../../run/data-file.ts";
import { note, print, printJson, type Io } from "../io.ts";
import { watchSignals } from "../live/interrupts.ts";
import { labOfRun } from "../lab-connection.ts";
import { natsOptions, type NatsFlags } from "../nats-options.ts";
import { count, dbOption, type DbOptions } from "../options.ts";
import { showRangeTests } from "../show-range-tests.ts";
import { readSetting, readValue } from "../settings-option.ts";
import { settleAuto } from "../../run/settle-auto.ts";
import { readSweepFile } from "../sweep-file.ts";
import { lrFindText, type LrFindView } from "../text/lr-find.ts";

interface LrFindFlags extends DbOptions, NatsFlags {
  readonly set: Params;
  readonly optimizer?: ParamValue;
  readonly layers?: ParamValue;
  readonly hidden?: ParamValue;
  readonly batchSize?: ParamValue;
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  readonly smoothing: number;
  readonly divergence: number;
  readonly rule: RuleName;
  readonly validate?: true;
  readonly epochs?: number;
  readonly engine?: string;
  readonly svg?: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ seqtune lr-find sweep.yaml
  $ seqtune lr-find sweep.yaml --optimizer sgd --layers 2 --set window=48
  $ seqtune lr-find sweep.yaml --validate --svg lr.svg
  $ seqtune lr-find nightly                the range tests that the study has run
  $ seqtune lr-find sweep.yaml --rule half_divergence --json | jq .rate
  $ seqtune lr-find sweep.yaml --nats nats://lab:4222 --creds lab/coordinator.creds

Trains fresh weights one batch per step, each step with a higher learning rate, and reads where the loss falls and
where it diverges (docs/lr-range.md). Searched settings take their default unless they are set here. Exit code
${exitCodes.nothingTrained}: the rule has no suggestion, for example because the loss never falls.
`;

export function lrFindCommand(program: Command, io: Io): void {
  const valueOf = (name: string) => (text: string) => readValue(name, text);
  const command = program
    .command("lr-find")
    .argument("<sweep.yaml|study>", "sweep file to test; or a study, to show the range tests it has run")
    .addOption(dbOption())
    .option("--set <name=value>", "a setting's value for this test; may be repeated", readSetting, {})
    .option("--optimizer <name>", "short for --set optimizer=…", valueOf("optimizer"))
    .option("--layers <n>", "short for --set layers=…", valueOf("layers"))
    .option("--hidden <units>", "short for --set hidden=…", valueOf("hidden"))
    .option("--batch-size <n>", "short for --set batch_size=…", valueOf("batch_size"))
    .option("--from <rate>", "learning rate of the first step", positive, defaultWalk.from)
    .option("--to <rate>", "learning rate of the last step", positive, defaultWalk.to)
    .option("--steps <n>", "number of steps, one batch each", count, defaultWalk.steps)
    .option(
      "--smoothing <share>",
      "weight of the past in the averaged loss",
      number,
      defaultReading.smoothing,
    )
    .option(
      "--divergence <factor>",
      "stop when the averaged loss exceeds this many times its minimum",
      number,
      defaultReading.divergence,
    )
    .addOption(
      new Option("--rule <name>", "rule whose suggestion is used").choices(ruleNames).default(defaultRule),
    )
    .option("--validate", "train briefly with each suggestion and show the scores")
    .option("--epochs <n>", "epochs of --validate (default: the sweep's, at most 10)", count)
    .option("--engine <name>", "training engine (default: from the sweep file)")
    .option("--svg <file>", "write the curve as a picture")
    .option("--json", "one JSON object");
  natsOptions(command, "to test on one of its workers")
    .addHelpText("after", examples)
    .action(async (target: string, flags: LrFindFlags) => {
      if (isFile(target, io)) {
        if (flags.epochs !== undefined && flags.validate === undefined)
          throw new UserError(
            "--epochs sets how long --validate trains; add --validate, or leave --epochs out",
          );
        await lrFind(await readSweepFile(target, io), flags, io);
      } else {
        refuseTestOptions(command, target);
        showRangeTests(target, flags, io);
      }
    });
}

/** The tests of a study are done: options of a new one would change nothing. Throws `UserError`. */
function refuseTestOptions(command: Command, study: string): void {
  const given = command.options.filter(
    (option) =>
      command.getOptionValueSource(option.attributeName()) === "cli" &&
      !["db", "json"].includes(option.attributeName()),
  );
  if (given.length === 0) return;
  const names = given.map(({ long, short }) => long ?? short ?? "").join(", ");
  const are = given.length === 1 ? "is" : "are";
  throw new UserError(
    `${names} ${are} for a new test of a sweep file, and ${study} is a study, whose tests are done; use only --json and --db with it`,
  );
}

/** What is no file and does not look like one is the name of a study. */
function isFile(target: string, io: Io): boolean {
  return /\.ya?ml$|[/\\]/i.test(target) || existsSync(path.resolve(io.cwd, target));
}

async function lrFind(given: Sweep, flags: LrFindFlags, io: Io): Promise<void> {
  if (given.program !== undefined)
    throw new UserError("a range test trains a model of ours, and this sweep runs a program");
  const test = readTest(flags);
  const params = defaultParams(given, givenSettings(flags));
  const lab = labOfRun(io, flags);
  const { file } = given.data;
  const bytes = await readData(file, given.data.settings);
  const { sweep } = await withDataFile(file, () => settleAuto(given, tableOf(bytes, given.data.settings)));
  const signals = watchSignals(() => note(io, "\ninterrupted"));
  let view: LrFindView;
  try {
    const epochs = flags.epochs ?? Math.min(sweep.budget.epochs, 10);
    const finding = await withDataFile(sweep.data.file, () =>
      findRate({
        sweep,
        bytes,
        params,
        test,
        validationEpochs: flags.validate ? epochs : null,
        workers: (blobFolder) =>
          askedWorkers(lab === null ? null : { lab, terms: sweep.lab }, {
            blobFolder,
            engine: flags.engine ?? sweep.workers.engine,
            clock: systemClock,
            notice: (message) => note(io, `note: ${message}`),
          }),
        signal: signals.finish,
      }),
    );
    view = { ...finding, name: sweep.name, metric: sweep.metric.name, params, rule: flags.rule };
  } finally {
    signals.stop();
  }
  if (flags.svg !== undefined) await writeSvg(path.resolve(io.cwd, flags.svg), view, io);
  if (flags.json) printJson(io, lrFindJson(view, test));
  else print(io, lrFindText(view, io));
  if (rateOf(view) === null) io.exitCode = exitCodes.nothingTrained;
}

function givenSettings({ set, optimizer, layers, hidden, batchSize }: LrFindFlags): Params {
  if (Object.hasOwn(set, "learning_rate"))
    throw new UserError("a range test goes through all learning rates; see --from and --to");
  const shortcuts = { optimizer, layers, hidden, batch_size: batchSize };
  const given = Object.entries(shortcuts).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...set, ...Object.fromEntries(given) };
}

function readTest({ from, to, steps, smoothing, divergence }: LrFindFlags): RangeTestSettings {
  const given = { from, to, steps, smoothing, divergence };
  const test = rangeTestSchema.safeParse(given);
  if (test.success) return test.data;
  const [finding] = findings(rangeTestSchema, given, test.error);
  if (finding === undefined || finding.path[0] === undefined) throw test.error;
  if (finding.path[0] === "from" && from >= to)
    throw new UserError(`--from is ${from}, not below --to: ${to}`);
  throw new UserError(`--${finding.path.join(".")}: ${sentenceOf(finding)}`);
}

async function writeSvg(file: string, view: LrFindView, io: Io): Promise<void> {
  const { optimizer, layers, hidden, batch_size } = view.settings.model;
  const title = `${view.name}: ${layers} × ${String(hidden)}, ${optimizer}, batches of ${batch_size}`;
  try {
    await writeFile(file, rangeSvg({ title, analysis: view.analysis, rule: view.rule }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`the picture could not be written: ${reason}`, { cause });
  }
  note(io, `wrote ${file}`);
}

function rateOf({ analysis, rule }: LrFindView): number | null {
  return analysis.suggestions.find((one) => one.rule === rule)?.rate ?? null;
}

function lrFindJson(view: LrFindView, test: RangeTestSettings): unknown {
  const { analysis, validations, settings, name, metric, rule } = view;
  const { points, divergedAt, suggestions } = analysis;
  return {
    sweep: name,
    metric,
    rule,
    rate: rateOf(view),
    divergedAt: divergedAt === null ? null : points[divergedAt]!.rate,
    suggestions: suggestions.map((one) => ({
      ...one,
      ...(validations.length > 0
        ? { [metric]: validations.find(({ rate }) => rate === one.rate)?.value ?? null }
        : {}),
    })),
    test,
    settings,
    curve: points,
  };
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number.");
}

function positive(text: string): number {
  const value = number(text);
  if (value > 0) return value;
  throw new InvalidArgumentError("It must be above 0.");
}
