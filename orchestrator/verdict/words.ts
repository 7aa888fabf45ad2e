import type { Judged, Judgement, Worth } from "./verdict.ts";

/** Baselines, at most, that a sentence names. */
const mostNamed = 3;

/** What a judgement comes to, in one sentence without a full stop. `of`: which of a part's samples it rests on, where not on all. */
export function verdictSentence(judgement: Judgement, worth: Worth, of = ""): string {
  const rows = `on ${judgement.samples} ${judgement.split} samples${of}`;
  const [first, ...others] = named(judgement);
  const all = clauses([first, ...others].filter((one) => one !== undefined));
  switch (worth) {
    case "best":
      return `better than every baseline ${rows}: it ${all}`;
    case "level":
      return `not better than every baseline ${rows}: it ${all}`;
    case "beaten":
      return `outdone by a simpler model ${rows}: it ${all}`;
    case "useless":
      return `no better than ${naiveText(judgement)} ${rows}: do not use it; it ${all}`;
    default:
      return worth satisfies never;
  }
}

/** One clause for each; those of which the samples say nothing stand together in one. */
function clauses(judged: readonly Judged[]): string {
  const clear = judged.filter((one) => !saysNothing(one)).map(clause);
  const unsure = judged.filter(saysNothing);
  if (unsure.length < 2) return [...clear, ...unsure.map(clause)].join("; it ");
  const [first, ...others] = unsure.map(appearance);
  const looks = [
    first!,
    ...others.map((one) => (first!.startsWith("looks ") ? one.replace(/^looks /, "") : one)),
  ];
  return [...clear, `${looks.slice(0, -1).join(", ")} and ${looks.at(-1)!}, ${tooFew}`].join("; it ");
}

const tooFew = "with too few independent samples to tell";

/** No interval, or one that begins at no error at all. */
function saysNothing({ standing, kind, interval }: Judged): boolean {
  return standing === "unclear" && (interval === null || (kind !== "wrong" && interval[0] <= -1));
}

/** `looks 10 % better than linear` */
function appearance({ baseline, kind, difference }: Judged): string {
  if (isManyTimes(difference, kind)) return `looks ${times(difference)} times as bad as ${baseline}`;
  if (isNothing(difference, kind)) return `does as well as ${baseline} here`;
  return `looks ${amount(Math.abs(difference), kind)} ${difference < 0 ? "better" : "worse"} than ${baseline}`;
}

/** The strongest, and of the naive ones the strongest. */
function named({ against }: Judgement): readonly Judged[] {
  const naive = against.find((one) => one.naive);
  const first = against.slice(0, mostNamed);
  return naive === undefined || first.includes(naive) ? first : [...first.slice(0, mostNamed - 1), naive];
}

const plainNames: Readonly<Record<string, string>> = {
  "repeat last": "repeating the last value",
  "season ago": "repeating the last season",
  "majority class": "always naming the commonest class",
  mean: "always naming the mean",
};

function naiveText({ against }: Judgement): string {
  const name = against.find((one) => one.naive)?.baseline ?? "a naive baseline";
  return plainNames[name] ?? name;
}

/** `loses to linear by 24 % (10 to 38 %)` */
export function clause(judged: Judged): string {
  const { baseline, kind, difference, interval, standing } = judged;
  const size = amount(Math.abs(difference), kind);
  switch (standing) {
    case "beats":
      return `beats ${baseline} by ${size}${rangeText(interval, kind, -1)}`;
    case "loses":
      if (isManyTimes(difference, kind))
        return `loses to ${baseline} with ${times(difference)} times its error${timesRange(interval)}`;
      return `loses to ${baseline} by ${size}${rangeText(interval, kind, 1)}`;
    case "ties":
      return `ties with ${baseline}`;
    case "unclear":
      return saysNothing(judged) || interval === null
        ? `${appearance(judged)}, ${tooFew}`
        : `${appearance(judged)}, but it may be anything from ${signed(interval[0], kind)} to ${signed(interval[1], kind)}`;
    default:
      return standing satisfies never;
  }
}

function rangeText(interval: Judged["interval"], kind: Judged["kind"], sign: 1 | -1): string {
  if (interval === null) return "";
  const [low, high] = [sign * interval[0], sign * interval[1]].sort((a, b) => a - b) as [number, number];
  return ` (${amount(low, kind)} to ${amount(high, kind)})`;
}

function timesRange(interval: Judged["interval"]): string {
  return interval === null ? "" : ` (${times(interval[0])} to ${times(interval[1])} times)`;
}

/** From this share on an error is given as a multiple of the baseline's. */
const manyTimes = 9;

function isManyTimes(difference: number, kind: Judged["kind"]): boolean {
  return kind !== "wrong" && difference >= manyTimes;
}

/** Too little to be seen in the figures that are shown. */
function isNothing(difference: number, kind: Judged["kind"]): boolean {
  return Number.parseFloat(amount(Math.abs(difference), kind)) === 0;
}

/** The error in errors of the baseline: `30`, `1.4`. */
function times(difference: number): string {
  const ratio = 1 + difference;
  return ratio.toFixed(ratio < 9.95 ? 1 : 0);
}

function amount(share: number, kind: Judged["kind"]): string {
  const percent = 100 * share;
  const digits = Math.abs(percent) < 9.95 ? 1 : 0;
  if (kind === "wrong") return `${percent.toFixed(digits)} points`;
  return `${percent.toFixed(percent !== 0 && Math.abs(percent) < 0.95 ? 1 : 0)} %`;
}

function signed(difference: number, kind: Judged["kind"]): string {
  if (isManyTimes(difference, kind)) return `${times(difference)} times as bad`;
  if (isNothing(difference, kind)) return "as good";
  return `${amount(Math.abs(difference), kind)} ${difference < 0 ? "better" : "worse"}`;
}
