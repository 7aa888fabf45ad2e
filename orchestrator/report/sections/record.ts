import path from "node:path";
import { version } from "../../../worker/version.ts";
import { totalTrials } from "../../views/counts.ts";
import { byteSize, digits, duration, localTime } from "../../views/numbers.ts";
import { repeatsText } from "../../views/repeats-text.ts";
import { facts, grid, says, section, verbatim, type Html } from "../elements.ts";
import type { StudyReport } from "../study-report.ts";

/** What it was trained on. */
export function dataSection({ study, sweep, verdict }: StudyReport): Html {
  const { file, sha256, bytes } = study.data;
  const settings = sweep?.data.settings;
  const samples = (part: { readonly samples: number } | null | undefined): string | null =>
    part === null || part === undefined ? null : String(part.samples);
  const { features } = settings ?? {};
  return section(
    "Data",
    facts([
      ["file", path.basename(file)],
      ["size", byteSize(bytes)],
      ["sha256", sha256],
      ["task", settings === undefined ? null : `${settings.task}, layout ${settings.layout}`],
      ["targets", settings?.targets?.join(", ") ?? null],
      ["inputs", features === undefined ? null : [features].flat().join(", ")],
      ["horizon", settings?.layout === "series" ? `${settings.horizon} rows ahead` : null],
      ["split", settings?.split === undefined ? null : splitText(settings.split)],
      ["folds", settings?.folds === undefined ? null : String(settings.folds)],
      ["validation samples", samples(verdict?.validation)],
      ["test samples", samples(verdict?.test) ?? "not looked at"],
    ]),
  );
}

function splitText(split: object): string {
  return Object.entries(split)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ");
}

export function costSection({ cost, engines, board, plotted }: StudyReport): Html {
  const { wallMs, trainingMs, epochs, savedEpochs, workers, attempts, lostAttempts } = cost;
  const all = epochs + savedEpochs;
  const saved =
    savedEpochs === 0
      ? "none"
      : `${savedEpochs} ${savedEpochs === 1 ? "epoch" : "epochs"} (${Math.round((100 * savedEpochs) / all)} % of ${all})`;
  const trials = totalTrials(board.counts);
  return section(
    "Cost",
    facts([
      ["wall time", duration(wallMs)],
      ["training time", `${duration(trainingMs)} over all workers`],
      ["epochs trained", String(epochs)],
      ["spared by pruning", saved],
      [
        "trials",
        `${trials} in ${attempts} ${attempts === 1 ? "attempt" : "attempts"}${lostAttempts === 0 ? "" : `, ${lostAttempts} lost with their worker`}`,
      ],
      ["workers", workers === 0 ? "none yet" : String(workers)],
      ["engine", engines.join(", ")],
      ["ended", plotted.state === "running" ? "it has not ended" : localTime(plotted.until)],
    ]),
  );
}

/** What training the best again with other seeds came to. */
export function repeatsSection({ board, sweep }: StudyReport): Html {
  const repeated = board.trials.filter(({ repeats }) => repeats !== null);
  if (repeated.length === 0) {
    const why =
      sweep?.repeats === undefined
        ? "No trial was trained again with another seed; repeats: {top: 3, seeds: 5} in the sweep file asks for that."
        : "The sweep asks for repeats; none has ended yet.";
    return section("Repeats", says(why));
  }
  const rows = repeated.map(({ number, value, repeats }) => ({
    cells: [
      String(number),
      digits(value),
      String(repeats!.n),
      repeatsText(repeats).trim(),
      repeats!.standing,
    ],
  }));
  const note =
    "Mean of the repeats with half its 95 % interval; the trial's own value, picked for being good, is left out. * best mean, = statistically tied with the best.";
  return section(
    "Repeats",
    says(note) +
      grid(["trial", `own ${board.metric}`, "repeats", "mean", "standing"], rows, { numbers: [0, 1, 2] }),
  );
}

/** Enough to run it again. */
export function reproduceSection({ study, sweep, at }: StudyReport): Html {
  const versions = Object.entries(study.versions).map(([name, of]): [string, string] => [name, of]);
  const head = facts([
    ["seed", String(study.seed)],
    ...versions,
    ["data sha256", study.data.sha256],
    ["study key", study.key],
    ["report", `${localTime(at)}, seqtune ${version}`],
  ]);
  if (study.source.trim() === "")
    return section("How to reproduce", head + says("The study came without a sweep file."));
  const file = sweep === null ? "sweep.yaml" : path.basename(sweep.file);
  const data = path.basename(study.data.file);
  const steps = `sha256sum ${data}    # must print ${study.data.sha256}\nseqtune run ${file} --workers 1`;
  const words = `Save the sweep file below as ${file}, its data as it names them. The same file, seed, version and engine with one worker give the same trials; more workers may end in another order, which changes what a search method learns from.`;
  return section("How to reproduce", head + says(words) + verbatim(steps) + verbatim(study.source));
}
