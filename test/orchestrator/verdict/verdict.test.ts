import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { nextSteps, type StepFacts } from "../../../orchestrator/verdict/next-steps.ts";
import { judge, worthOf, type Judgement } from "../../../orchestrator/verdict/verdict.ts";
import { verdictSentence } from "../../../orchestrator/verdict/words.ts";
import { verdictText } from "../../../orchestrator/cli/text/verdict.ts";
import type { ComparisonRow, EvaluationRow } from "../../../storage/store.ts";
import { trialSettingsSchema } from "../../../worker/protocol/settings.ts";

const linear: ComparisonRow = {
  baseline: "linear",
  naive: false,
  kind: "squared",
  own: 1,
  other: 1,
  error: 0.02,
  blocks: 16,
};
const last: ComparisonRow = { ...linear, baseline: "repeat last", naive: true, other: 2, error: 0.03 };

const row = (...comparisons: readonly ComparisonRow[]): EvaluationRow => ({
  trial: 3,
  split: "validation",
  metrics: {},
  baselines: {},
  windows: 2857,
  comparisons,
  outside: 0,
  detail: null,
  at: 1,
});
const judged = (...comparisons: readonly ComparisonRow[]): Judgement => judge(row(...comparisons))!;
const said = (...comparisons: readonly ComparisonRow[]): string => {
  const judgement = judged(...comparisons);
  return verdictSentence(judgement, worthOf(judgement));
};

describe("a verdict", () => {
  it("names what is beaten and by how much, with an interval by Student's t", () => {
    const judgement = judged(last, { ...linear, own: 0.8, error: 0.02 });
    expect(judgement.against.map(({ baseline }) => baseline)).toEqual(["linear", "repeat last"]);
    // 15 degrees of freedom: t = 2.1314.
    expect(judgement.against[0]!.interval![0]).toBeCloseTo(-0.2 - 2.13145 * 0.02, 5);
    expect(said(last, { ...linear, own: 0.8, error: 0.02 })).toBe(
      "better than every baseline on 2857 validation samples: it beats linear by 20 % (16 % to 24 %); it beats repeat last by 50 % (44 % to 56 %)",
    );
  });

  it("says that a simpler model does better", () => {
    expect(said({ ...linear, own: 1.24 }, { ...last, own: 1.24 })).toBe(
      "outdone by a simpler model on 2857 validation samples: it loses to linear by 24 % (20 % to 28 %); it beats repeat last by 38 % (32 % to 44 %)",
    );
  });

  it("warns of a model that a naive forecast does better than, also many times", () => {
    const text = said({ ...last, own: 60, error: 3 });
    expect(text).toContain(
      "no better than repeating the last value on 2857 validation samples: do not use it",
    );
    expect(text).toContain("loses to repeat last with 30 times its error (24 to 36 times)");
  });

  it("calls a model useless that only matches a naive forecast", () => {
    expect(worthOf(judged({ ...last, own: 2 }))).toBe("useless");
    expect(worthOf(judged({ ...last, own: 2.2 }))).toBe("useless");
    expect(worthOf(judged({ ...last, own: 1.98 }))).toBe("level");
  });

  it("does not separate what the samples do not", () => {
    expect(said({ ...linear, own: 0.9, error: 0.3 }, { ...last, own: 0.9 })).toContain(
      "looks 10 % better than linear, but it may be anything from 74 % better to 54 % worse",
    );
    // An error is never below 0: an interval that begins there says nothing.
    expect(said({ ...linear, own: 0.9, error: 3 }, { ...last, own: 0.9 })).toContain(
      "it looks 10 % better than linear, with too few independent samples to tell",
    );
    expect(said({ ...linear, own: 0.9, error: null, blocks: 1 }, { ...last, own: 20, error: 30 })).toBe(
      "no better than repeating the last value on 2857 validation samples: do not use it; it looks 10 % better than linear and 10 times as bad as repeat last, with too few independent samples to tell",
    );
    expect(said({ ...linear, own: 0.9, error: null, blocks: 1 }, last)).toContain(
      "with too few independent samples to tell",
    );
    expect(said({ ...linear, error: 0.01 }, last)).toContain("it ties with linear");
  });

  it("counts wrong labels in points", () => {
    const classes = { kind: "wrong" as const, blocks: 500 };
    const text = said(
      { ...linear, ...classes, own: 0.03, other: 0.05, error: 0.005 },
      { ...last, ...classes, baseline: "majority class", own: 0.03, other: 0.5, error: 0.02 },
    );
    expect(text).toContain("beats linear by 2.0 points (1.0 points to 3.0 points)");
    const equal = said({ ...linear, ...classes, own: 0, other: 0, error: 0.03, blocks: 18 });
    expect(equal).toContain(
      "it does as well as linear here, but it may be anything from as good to 6.3 points worse",
    );
  });

  it("is silent where there was nothing to compare with", () => {
    expect(judge(row())).toBeNull();
  });
});

describe("the next step", () => {
  const facts = (over: {
    readonly comparisons?: readonly ComparisonRow[];
    readonly data?: object;
    readonly facts?: Partial<StepFacts>;
  }): readonly string[] =>
    nextSteps({
      study: "oil",
      judgements: [judged(...(over.comparisons ?? [{ ...linear, own: 0.5 }, last]))],
      outside: 0,
      settings: trialSettingsSchema.parse({ data: { targets: ["y"], ...over.data }, model: {} }),
      params: {},
      space: { parameters: [] },
      lucky: null,
      ...over.facts,
    }).map(({ kind, sentence }) => `${kind}: ${sentence}`);

  it("is none for a model that wins on enough samples", () => {
    expect(facts({})).toEqual([]);
  });

  it("is to train the best again where the best was probably lucky, or to take the one expected to be better", () => {
    const lucky = { trial: 9, better: 4, hasModel: true, raced: false };
    expect(facts({ facts: { lucky } })).toEqual([
      "lucky: trial 9 looks lucky, trial 4 is expected to be better: train the best again with other seeds: set repeats: {top: 5, seeds: 5}, or take trial 4 with: seqtune export oil 4",
    ]);
    expect(facts({ facts: { lucky: { ...lucky, raced: true } } })).toEqual([
      "lucky: trial 9 looks lucky, trial 4 is expected to be better: take trial 4 with: seqtune export oil 4",
    ]);
    expect(facts({ facts: { lucky: { ...lucky, raced: true, hasModel: false } } })).toEqual([]);
  });

  it("is to take changes where levels have left the range of training", () => {
    const comparisons = [{ ...last, own: 60 }];
    expect(facts({ comparisons, facts: { outside: 0.63 } })[0]).toBe(
      "change: levels have moved (63 % of the values to predict lie outside the range of the training rows): set predict: change and inputs: change",
    );
    const differenced = facts({ comparisons, data: { difference: 1 }, facts: { outside: 0.63 } });
    expect(differenced.filter((step) => step.startsWith("change"))).toEqual([]);
  });

  it("is to take the naive forecast that the model does not beat", () => {
    expect(
      facts({
        comparisons: [
          { ...linear, own: 60, other: 70 },
          { ...last, own: 60 },
        ],
      }),
    ).toEqual(["linear: repeat last does better: take it with: seqtune export oil --baseline 'repeat last'"]);
  });

  it("is the baseline that does better than a linear model of the search, too", () => {
    const settings = trialSettingsSchema.parse({ data: { targets: ["y"] }, model: { layers: 0 } });
    expect(facts({ comparisons: [{ ...linear, own: 1.4 }, last], facts: { settings } })).toEqual([
      "linear: linear does better: take it with: seqtune export oil --baseline linear",
    ]);
    expect(facts({ comparisons: [linear, last], facts: { settings } })).toEqual([]);
    const far = { ...linear, own: 1.8, error: 0.9 };
    expect(facts({ comparisons: [far, last], facts: { settings } })).toEqual([
      "linear: linear does as well: take it with: seqtune export oil --baseline linear",
    ]);
  });

  it("is printed with what its command needs to find the study", () => {
    const judgement = judged({ ...linear, own: 1.4 }, last);
    const settings = trialSettingsSchema.parse({ data: { targets: ["y"] }, model: {} });
    const steps = nextSteps({
      study: "oil",
      judgements: [judgement],
      outside: 0,
      settings,
      params: {},
      space: { parameters: [] },
      lucky: null,
    });
    const verdict = { trial: 3, worth: worthOf(judgement), sentence: "", validation: judgement, test: null };
    expect(verdictText({ ...verdict, steps }, pc.createColors(false), " --db my.db")).toContain(
      "  next: linear does better: take it with: seqtune export oil --baseline linear --db my.db, or search layers: 0",
    );
  });

  it("is to take the baseline that does as well; a linear model can be searched, too", () => {
    const comparisons = [linear, last];
    expect(facts({ comparisons })).toEqual([
      "linear: linear does as well: take it with: seqtune export oil --baseline linear, or search layers: 0 too, which is a linear model",
    ]);
    const layers = {
      name: "layers",
      domain: { kind: "int", min: 0, max: 2, scale: "linear", step: 1 },
      when: [],
    } as const;
    expect(facts({ comparisons, facts: { space: { parameters: [layers] } } })).toEqual([
      "linear: linear does as well: take it with: seqtune export oil --baseline linear",
    ]);
    const convolutions = { ...linear, baseline: "random convolutions" };
    expect(facts({ comparisons: [convolutions, last] })).toEqual([
      "linear: random convolutions do as well: take it with: seqtune export oil --baseline 'random convolutions'",
    ]);
  });

  it("is folds where few windows, or windows that overlap, decide", () => {
    const few = [{ ...linear, own: 0.5, blocks: 1, error: null }];
    expect(facts({ comparisons: few })[0]).toContain("worth 1 independent stretch of time");
    expect(facts({ comparisons: few, data: { folds: 5 } })).toEqual([]);
  });

  it("is a wider range where the best stands at its edge", () => {
    const domain = (min: number, max: number) => ({ kind: "float", min, max, scale: "log" }) as const;
    const parameters = [
      { name: "learning_rate", domain: domain(0.001, 0.1), when: [] },
      { name: "window", domain: { kind: "categorical", values: [24, 48, 96] }, when: [] },
      { name: "dropout", domain: { kind: "float", min: 0, max: 0.5, scale: "linear" }, when: [] },
    ] as const;
    const few = [{ ...linear, own: 0.5, blocks: 1, error: null }];
    const unsure = facts({ comparisons: few, facts: { space: { parameters }, params: { window: 96 } } });
    expect(unsure.map((step) => step.split(":")[0])).toEqual(["folds"]);
    expect(
      facts({ facts: { space: { parameters }, params: { learning_rate: 0.099876543, window: 48 } } }),
    ).toEqual([
      "widen: the best learning_rate, 0.09988, lies at the upper end of what was searched: widen its range",
    ]);
    const params = { learning_rate: 0.03, window: 96, dropout: 0 };
    expect(facts({ facts: { space: { parameters }, params } })).toEqual([
      "widen: the best window, 96, is the largest that was searched: widen its range",
    ]);
  });
});
