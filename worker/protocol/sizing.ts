/**
 * Rules of thumb for the number of hidden units (Heaton, Introduction to Neural Networks for Java, 2008, ch. 5;
 * Masters, Practical Neural Network Recipes in C++, 1993, for the geometric mean). `inputs` are the numbers the
 * network sees at one step, `outputs` the numbers it predicts.
 */
export interface SizingAdvice {
  readonly rule: string;
  readonly units: number;
}

/** What `hidden: auto` means: 2/3 of the inputs plus the outputs, rounded, at least 1. */
export function suggestHidden(inputs: number, outputs: number): number {
  return Math.max(1, Math.round((2 / 3) * inputs + outputs));
}

/** Each rule with what it says here. The first is what `hidden: auto` takes. */
export function sizingAdvice(inputs: number, outputs: number): SizingAdvice[] {
  return [
    { rule: "2/3 of inputs + outputs (hidden: auto)", units: suggestHidden(inputs, outputs) },
    { rule: "between inputs and outputs: their mean", units: Math.round((inputs + outputs) / 2) },
    { rule: "√(inputs × outputs)", units: Math.max(1, Math.round(Math.sqrt(inputs * outputs))) },
    { rule: "less than twice the inputs", units: Math.max(1, 2 * inputs - 1) },
  ];
}

/**
 * Units beyond which a network can learn its training samples by heart: samples / (a × (inputs + outputs)).
 * `loose` takes a = 2, `strict` a = 10. At least 1.
 */
export function overfittingBound(
  samples: number,
  inputs: number,
  outputs: number,
): { readonly strict: number; readonly loose: number } {
  const bound = (a: number): number => Math.max(1, Math.floor(samples / (a * (inputs + outputs))));
  return { strict: bound(10), loose: bound(2) };
}
