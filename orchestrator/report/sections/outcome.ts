import path from "node:path";
import { stringify } from "yaml";
import { unitOf } from "../../lr-range/metric.ts";
import { clause } from "../../verdict/words.ts";
import type { Judgement } from "../../verdict/verdict.ts";
import { boardLines, varyingParams } from "../../views/board-lines.ts";
import { countsText, stateText, totalTrials } from "../../views/counts.ts";
import { digits, duration, figure, localTime, paramText, percent, withMargin } from "../../views/numbers.ts";
import { escape } from "../../views/plots/svg/markup.ts";
import { repeatsText } from "../../views/repeats-text.ts";
import { sentenceCase, unbroken } from "../../views/sentence.ts";
import { standingOf, standingText } from "../../views/standing.ts";
import { facts, grid, says, section, verbatim, type GridRow, type Html } from "../elements.ts";
import type { StudyReport } from "../study-report.ts";

/** Trials of the ranking that a report shows. */
const shown = 10;

/** What was asked, and how it stands. */
export function headSection({ study, sweep, board, cost, plotted }: StudyReport): Html {
  const asked = sweep?.description ?? "";
  const searched = plotted.space.parameters.filter(({ domain }) => domain.kind !== "constant").length;
  const way = study.goal === "minimize" ? "lowest" : "highest";
  const question = `Which values of ${searched} ${searched === 1 ? "parameter" : "parameters"} give the ${way} ${study.metric}?`;
  const standing = standingOf(board);
  const why = study.reason === null || standing === "running" ? "" : `: ${study.reason}`;
  const total = totalTrials(board.counts);
  const trials =
    total === 0
      ? "no trial yet"
      : `${total} ${total === 1 ? "trial" : "trials"}: ${countsText(board.counts, standing === "running")}${board.repeats === 0 ? "" : `; ${board.repeats} of them train the best again`}`;
  return `<header><h1>${escape(study.name)}</h1>${asked === "" ? "" : `<p>${escape(asked)}</p>`}<p>${escape(question)}</p>${facts(
    [
      ["data", dataText(study, sweep)],
      ["state", `${standingText(standing, study.name)}${why}`],
      ["when", `${localTime(study.at)}, for ${duration(cost.wallMs)}`],
      ["trials", trials],
    ],
  )}</header>`;
}

/** "load.csv: load, 24 rows ahead" */
function dataText({ data }: StudyReport["study"], sweep: StudyReport["sweep"]): string {
  const settings = sweep?.data.settings;
  const targets = settings?.targets?.join(", ");
  const ahead = settings?.layout === "series" ? `, ${settings.horizon} rows ahead` : "";
  return `${path.basename(data.file)}${targets === undefined ? "" : `: ${targets}${ahead}`}`;
}

/** What the best model is worth beside naive and linear forecasts. */
export function verdictSection({ verdict, study, best }: StudyReport): Html {
  if (verdict === null) {
    const why =
      best === null
        ? `No trial of ${study.name} has a value, so there is nothing to judge.`
        : `The best trial, ${best.number}, was not compared with the baselines sample by sample; seqtune evaluate ${study.name} does so.`;
    return section("Verdict", says(why));
  }
  const { trial, sentence, steps, worth, validation, test } = verdict;
  const words = `<div class="verdict ${worth}"><p>Trial ${trial} is ${escape(unbroken(sentence))}.</p></div>`;
  const parts = [test, validation].filter((part) => part !== null).map(judgement);
  const next = steps.map((step) => `<li>${escape(unbroken(step.sentence))}</li>`).join("");
  return section(
    "Verdict",
    `${words}${parts.join("")}${next === "" ? "" : `<p>What to try next:</p><ul>${next}</ul>`}`,
  );
}

function judgement({ split, samples, against }: Judgement): Html {
  const rows = against.map((one): GridRow => ({
    cells: [one.baseline, one.naive ? "naive" : "trained", `the model ${clause(one)}`],
  }));
  const rest = split === "test" ? "never seen in training or choosing" : "which the trials were ranked by";
  return `${says(`On ${samples} ${split} samples, ${rest} (in brackets 95 % intervals):`)}${grid(["baseline", "kind", "standing"], rows, { sentences: [2] })}`;
}

/** The winner: its values, its metrics, and as YAML to start from. */
export function bestSection({ best, study, metrics, board }: StudyReport): Html {
  if (best === null) return section("Best configuration", says(`No trial of ${study.name} has a value yet.`));
  const row = board.trials.find(({ number }) => number === best.number);
  const epoch =
    best.bestEpoch === null ? "" : ` at ${unitOf(study.metric)} ${best.bestEpoch} of ${best.epochsDone}`;
  const skill = row?.skill ?? null;
  const gain = skill === null ? "" : `, skill ${percent(skill)} against ${board.baseline?.name}`;
  const repeats = row?.repeats ?? null;
  const again =
    repeats === null
      ? ""
      : ` Trained again with ${repeats.n} other ${repeats.n === 1 ? "seed" : "seeds"}: ${withMargin(repeats.mean, repeats.margin)}.`;
  const luck = board.expected?.words ?? null;
  const others = Object.entries(metrics).map(([name, value]): [string, string] => [name, figure(value)]);
  const params = Object.entries(best.params).map(([name, value]): [string, string] => [
    name,
    paramText(value),
  ]);
  return section(
    "Best configuration",
    `<p>Trial ${best.number}: ${escape(study.metric)} ${figure(best.value)}${epoch}${escape(gain)}.${escape(again)}</p>` +
      (luck === null ? "" : says(`${sentenceCase(luck)}.`)) +
      facts(params.length === 0 ? [["parameters", "none: every trial has the same configuration"]] : params) +
      `<details><summary>metrics of that ${unitOf(study.metric)}</summary>${facts(others)}</details>` +
      `<details><summary>as YAML, for the next sweep to try first</summary>${verbatim(stringify({ enqueue: [best.params] }))}</details>`,
  );
}

/** The ranking, baselines at the places their values deserve. */
export function rankingSection({ board, study }: StudyReport): Html {
  if (board.trials.length === 0) return section("Ranking", says(`${study.name} has no trial yet.`));
  const top = { ...board, trials: board.trials.slice(0, shown) };
  const { varying } = varyingParams(top.trials.map(({ params }) => params));
  const again = board.repeats > 0 ? ["repeats"] : [];
  const heads = ["#", "trial", "outcome", board.metric, "skill", unitOf(board.metric), ...again, ...varying];
  const rows = boardLines(top).map((line): GridRow => {
    switch (line.kind) {
      case "more":
        return { cells: ["", "", `${line.trials} more`], look: "baseline" };
      case "baseline":
        return { cells: ["", "", line.name, digits(line.value), percent(line.skill)], look: "baseline" };
      case "trial": {
        const { row, rank } = line;
        const epoch = row.bestEpoch === null ? String(row.epochs) : `${row.bestEpoch}/${row.epochs}`;
        return {
          cells: [
            rank === null ? "" : String(rank),
            String(row.number),
            stateText(row.outcome, standingOf(board) === "running"),
            digits(row.value),
            percent(row.skill),
            epoch,
            ...again.map(() => repeatsText(row.repeats).trim()),
            ...varying.map((name) => paramText(row.params[name])),
          ],
        };
      }
      default:
        return line satisfies never;
    }
  });
  return section("Ranking", grid(heads, rows, { numbers: [0, 1, 3, 4, 5] }));
}
