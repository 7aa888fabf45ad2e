import { Argument, InvalidArgumentError, Option, type Command } from "commander";
import path from "node:path";
import type { Importance } from "../../../search/importance.ts";
import type { Study, StudyStore } from "../../../storage/store.ts";
import { UserError } from "../../errors.ts";
import { writePlot } from "../../plot-files/write.ts";
import { plotImportance } from "../../views/plot-study/importance.ts";
import { readPlotStudy } from "../../views/plot-study/read.ts";
import type { PlotStudy } from "../../views/plots/study.ts";
import { plotKinds, type Plot, type PlotKind } from "../../views/plots/plot.ts";
import { paretoChoices } from "../../views/plots/kinds/pareto.ts";
import { plotOf, type PlotOptions } from "../../views/plots/plots.ts";
import { dark, light } from "../../views/plots/svg/theme.ts";
import { findStudy } from "../find-study.ts";
import { findTrial } from "../find-trial.ts";
import { watchSignals } from "../live/interrupts.ts";
import { trialNumber } from "../trial-number.ts";
import { studyForecast } from "../../run/study-forecast.ts";
import type { PlotForecast } from "../../views/plots/kinds/forecast.ts";
import { note, print, type Io } from "../io.ts";
import { bestOption, count, dbOption, withStoreUntil, type DbOptions } from "../options.ts";
import { plotText } from "../text/plot/plot.ts";

interface PlotFlags extends DbOptions {
  readonly out?: string;
  readonly params?: readonly string[];
  readonly metrics?: readonly string[];
  readonly over: "trials" | "time";
  readonly top?: number;
  readonly log?: true;
  readonly with?: readonly string[];
  readonly all?: true;
  readonly dark?: true;
  readonly width: number;
  readonly trial?: number;
  readonly best?: number;
}

const examples = `
Examples:
  $ seqtune plot history
  $ seqtune plot curves etth1 --top 20 --out curves.svg
  $ seqtune plot contour etth1 --params learning_rate,hidden --out contour.png
  $ seqtune plot pareto --metrics "seconds of training,val_mae"
  $ seqtune plot forecast --trial 12 --out forecast.html
  $ seqtune plot edf monday --with tuesday,friday --out both.html

Kinds: history, curves, importance, parallel, slice, contour, forecast (against truth), timeline (who ran what),
lr (range tests), failures, edf (distribution of values), pareto (two metrics). docs/plots.md describes each.`;

export function plotCommand(program: Command, io: Io): void {
  program
    .command("plot")
    .addArgument(new Argument("<kind>", "what to show").choices(plotKinds))
    .argument("[study]", "name of the study (default: the one that changed last)")
    .option("--out <file>", "write a picture or a page (.svg, .png, .html) instead of drawing here")
    .option(
      "--params <names>",
      "show only these parameters, separated by commas (parallel, slice, contour, failures)",
      list,
    )
    .option("--metrics <names>", "the two metrics to compare, separated by a comma (pareto)", list)
    .addOption(
      new Option("--over <what>", "horizontal axis (history)").choices(["trials", "time"]).default("trials"),
    )
    .option("--trial <number>", "trial whose model predicts (forecast; default: the best)", trialNumber)
    .option("--top <n>", "only the best n trials (curves)", count)
    .option("--log", "a logarithmic axis also where values lie close together (curves)")
    .addOption(bestOption())
    .option("--with <studies>", "other studies to draw beside it, separated by commas (edf)", list)
    .option("--all", "let axes reach the last outlier (default: the central 98 % and the best)")
    .option("--dark", "draw light on dark (.svg, .png)")
    .option("--width <pixels>", "width of the picture", count, 860)
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action(async (kind: PlotKind, name: string | undefined, flags: PlotFlags) => {
      const plot = await withStoreUntil(io, flags, (store, file) =>
        plotStudy(store, findStudy(store, name, file), kind, flags, file),
      );
      if (flags.out === undefined) {
        print(io, plotText(plot, io));
        return;
      }
      const file = path.resolve(io.cwd, flags.out);
      await writePlot(file, plot, { theme: flags.dark ? dark : light, width: flags.width });
      note(io, `wrote ${file}`);
    });
}

function list(text: string): readonly string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length > 0) return names;
  throw new InvalidArgumentError("It must be names, separated by commas.");
}

/** Kinds that show parameters, of which the most important are chosen where there are many. */
const byImportance: readonly PlotKind[] = ["importance", "parallel", "slice", "contour"];

async function plotStudy(
  store: StudyStore,
  found: Study,
  kind: PlotKind,
  flags: PlotFlags,
  file: string,
): Promise<Plot> {
  const now = Date.now();
  const study = readPlotStudy(store, found, now);
  const names = kind === "pareto" ? flags.metrics : flags.params;
  const others = flags.with?.map((name) => readPlotStudy(store, findStudy(store, name, file), now));
  refuseUnknown(
    flags.params,
    study.space.parameters.map(({ name }) => name),
    "--params",
  );
  if (kind === "pareto" && flags.metrics !== undefined) refuseMetrics(flags.metrics, paretoChoices(study));
  const options: PlotOptions = {
    ...(byImportance.includes(kind) ? { importance: importanceFor(store, found, study, kind, flags) } : {}),
    ...(names === undefined ? {} : { names }),
    ...(flags.top === undefined ? {} : { top: flags.top }),
    log: flags.log ?? false,
    ...(others === undefined ? {} : { others }),
    ...(kind === "forecast" ? { forecast: await forecastFor(store, found, flags, file) } : {}),
    over: flags.over,
    all: flags.all ?? false,
  };
  return plotOf(kind, study, options);
}

/** Among the best where that is asked of `importance`; the order of parameters in other kinds is that of all trials. */
function importanceFor(
  store: StudyStore,
  found: Study,
  study: PlotStudy,
  kind: PlotKind,
  { best }: PlotFlags,
): Importance {
  return plotImportance(store, found, study, kind === "importance" && best !== undefined ? { best } : {});
}

async function forecastFor(
  store: StudyStore,
  study: Study,
  { trial }: PlotFlags,
  db: string,
): Promise<PlotForecast> {
  const signals = watchSignals(() => {});
  try {
    const options = { db, signal: signals.finish, at: Date.now() };
    const chosen = trial === undefined ? {} : { trial: findTrial(store, study, String(trial), "plot") };
    return await studyForecast(store, study, { ...options, ...chosen });
  } finally {
    signals.stop();
  }
}

function refuseMetrics(given: readonly string[], known: readonly string[]): void {
  if (given.length > 2) throw new UserError(`--metrics takes two names, not ${given.length}`);
  const unknown = given.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UserError(`--metrics: no trial of this study has ${unknown}; recorded are ${known.join(", ")}`);
}

/** Throws `UserError` for a name that is none of the known ones. */
function refuseUnknown(given: readonly string[] | undefined, known: readonly string[], option: string): void {
  const unknown = given?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UserError(
      `${option}: there is no parameter ${unknown} in this study; it has ${known.join(", ") || "none"}`,
    );
}
