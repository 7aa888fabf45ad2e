import { sameValue, type Domain, type Params, type Space } from "../../search/space.ts";
import { domainContains } from "../../search/domain.ts";
import type { TrialSettings } from "../../worker/protocol/settings.ts";
import { shellWord } from "../cli/text/shell-word.ts";
import { paramText } from "../views/numbers.ts";
import type { Judgement, NextStep } from "./verdict.ts";

export interface StepFacts {
  /** Name of the study. */
  readonly study: string;
  /** Test, where it was looked at, before validation; at least one. */
  readonly judgements: readonly Judgement[];
  /** Share of the values to predict that lie outside the range of training, of any part looked at. */
  readonly outside: number;
  readonly settings: TrialSettings;
  readonly params: Params;
  readonly space: Space;
  /** What is expected of the trials where the best one was probably lucky. */
  readonly lucky: Lucky | null;
}

export interface Lucky {
  readonly trial: number;
  /** The trial that is expected to be better. */
  readonly better: number;
  /** Its weights are kept. */
  readonly hasModel: boolean;
  /** The best were trained again already. */
  readonly raced: boolean;
}

/** Levels have moved when this share of the values to predict lies where training had none. */
const movedShare = 0.1;
/** So much worse a linear model looks than a baseline, as a share of that one's error, that it is worth naming what the samples cannot settle. */
const worthATrade = 0.1;
/** Fewer independent stretches of time (of a series), or fewer samples, decide little. */
export const enoughToChoose = { series: 8, samples: 100 } as const;

export function nextSteps(facts: StepFacts): readonly NextStep[] {
  const folds = foldsStep(facts);
  return [
    changeStep(facts),
    linearStep(facts),
    folds,
    luckyStep(facts),
    // Where validation says little, where the best stands in its ranges says nothing.
    ...(folds === null ? widenSteps(facts) : []),
  ].filter((step) => step !== null);
}

function changeStep({ judgements, outside, settings: { data } }: StepFacts): NextStep | null {
  if (data.layout !== "series" || data.task !== "regression" || data.difference > 0) return null;
  const missing = [
    ...(data.predict === "change" ? [] : ["predict: change"]),
    ...(data.inputs === "change" ? [] : ["inputs: change"]),
  ];
  const wins = judgements[0]!.against.every(({ standing }) => standing === "beats");
  if (missing.length === 0 || outside < movedShare || wins) return null;
  const share = `${Math.round(100 * outside)} % of the values to predict lie outside the range of the training rows`;
  return { kind: "change", sentence: `levels have moved (${share}): set ${missing.join(" and ")}` };
}

function linearStep({ judgements, settings, space, study }: StepFacts): NextStep | null {
  const { against } = judgements[0]!;
  // Where no naive forecast is beaten, the strongest of all is worth more than the model.
  const useless = (against.find(({ naive }) => naive)?.difference ?? -1) >= 0;
  const rival = against.find(
    ({ naive, standing, difference }) =>
      (useless || !naive) &&
      (standing === "loses" || standing === "ties" || (standing === "unclear" && difference >= 0)),
  );
  const isLinear = settings.model.layers === 0;
  if (rival === undefined || (isLinear && rival.standing !== "loses" && rival.difference < worthATrade))
    return null;
  const layers = space.parameters.find(({ name }) => name === "layers");
  const how = rival.standing === "loses" ? "better" : "as well";
  const verb = rival.baseline === "random convolutions" ? "do" : "does";
  const command = `seqtune export ${study} --baseline ${shellWord(rival.baseline)}`;
  const isSearched = layers !== undefined && domainContains(layers.domain, 0);
  const search =
    isSearched || rival.baseline !== "linear" || isLinear
      ? ""
      : ", or search layers: 0 too, which is a linear model";
  return {
    kind: "linear",
    sentence: `${rival.baseline} ${verb} ${how}: take it with: ${command}${search}`,
    command,
  };
}

function foldsStep({ judgements, settings: { data } }: StepFacts): NextStep | null {
  const validation = judgements.find(({ split }) => split === "validation");
  if (validation === undefined || data.folds !== undefined) return null;
  const isSeries = data.layout === "series";
  if (validation.blocks >= enoughToChoose[isSeries ? "series" : "samples"]) return null;
  const why = isSeries
    ? `${validation.samples} overlapping validation windows are worth ${validation.blocks} independent ${validation.blocks === 1 ? "stretch" : "stretches"} of time`
    : `${validation.samples} validation samples are few`;
  return {
    kind: "folds",
    sentence: `${why}, too little to choose by: set folds: 5, or validate on more rows`,
  };
}

function luckyStep({ lucky, study }: StepFacts): NextStep | null {
  if (lucky === null) return null;
  const { trial, better, hasModel, raced } = lucky;
  const command = `seqtune export ${study} ${better}`;
  const take = hasModel ? `take trial ${better} with: ${command}` : null;
  const race = raced ? null : "train the best again with other seeds: set repeats: {top: 5, seeds: 5}";
  const ways = [race, take].filter((way) => way !== null).join(", or ");
  if (ways === "") return null;
  return {
    kind: "lucky",
    sentence: `trial ${trial} looks lucky, trial ${better} is expected to be better: ${ways}`,
    ...(hasModel && { command }),
  };
}

/** Parameters, at most, that are named. */
const mostWidened = 2;

function widenSteps({ space, params }: StepFacts): NextStep[] {
  return space.parameters
    .flatMap(({ name, domain }) => {
      const value = params[name];
      const edge = typeof value === "number" ? edgeOf(domain, value) : null;
      return edge === null ? [] : [{ name, value, edge, isList: domain.kind === "categorical" }];
    })
    .slice(0, mostWidened)
    .map(({ name, value, edge, isList }) => {
      const end = edge === "largest" ? "upper" : "lower";
      const where = isList
        ? `is the ${edge} that was searched`
        : `lies at the ${end} end of what was searched`;
      return { kind: "widen", sentence: `the best ${name}, ${paramText(value)}, ${where}: widen its range` };
    });
}

/** Share of a range, from its end, that counts as its edge. */
const edgeShare = 0.02;

/** Whether the value is the largest or smallest of at least three; 0 as the smallest is a bound of nature. */
function edgeOf(domain: Domain, value: number): "largest" | "smallest" | null {
  if (domain.kind === "constant") return null;
  if (domain.kind === "categorical") {
    const numbers = domain.values.filter((one) => typeof one === "number").sort((a, b) => a - b);
    if (numbers.length < 3 || numbers.length < domain.values.length) return null;
    if (sameValue(numbers.at(-1)!, value)) return "largest";
    return value > 0 && value !== 1 && sameValue(numbers[0]!, value) ? "smallest" : null;
  }
  const { min, max, scale } = domain;
  const place = scale === "log" ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
  if (place >= 1 - edgeShare) return "largest";
  return min > 0 && !(domain.kind === "int" && min === 1) && place <= edgeShare ? "smallest" : null;
}
