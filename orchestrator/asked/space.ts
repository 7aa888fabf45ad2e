import type { ParamValue } from "../../search/space.ts";

/** Applies only while other parameters have these values. */
export type When = Readonly<Record<string, ParamValue | readonly ParamValue[]>>;

declare const valueOf: unique symbol;

/** One parameter to search: `V` is what a trial finds, `C` whether it may be absent. */
export interface Parameter<V, C extends boolean = false> {
  /** As in a sweep file. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly [valueOf]?: readonly [V, C];
}

/** What is searched, by name. */
export type SpaceOf = Readonly<Record<string, Parameter<ParamValue, boolean>>>;

/** The configuration a trial gets: a parameter with `when` is `undefined` while it does not apply. */
export type ParamsOf<S extends SpaceOf> = {
  readonly [K in keyof S]: S[K] extends Parameter<infer V, infer C>
    ? true extends C
      ? V | undefined
      : V
    : never;
};

type Conditioned<S extends SpaceOf> = {
  [K in keyof S]: S[K] extends Parameter<ParamValue, infer C> ? (true extends C ? K : never) : never;
}[keyof S];

/** A configuration as people write it: a parameter with `when` may be left out, and has to be where it does not apply. */
export type GivenParams<S extends SpaceOf> = Omit<ParamsOf<S>, Conditioned<S>> &
  Partial<Pick<ParamsOf<S>, Conditioned<S>>>;

interface RangeOptions {
  /** On a logarithmic scale. */
  readonly log?: boolean;
  /** Only min, min + step, min + 2 step, … */
  readonly step?: number;
}

interface ChoiceOptions {
  /** Of each value; they sum to 1. */
  readonly probabilities?: readonly number[];
}

type Conditional = { readonly when: When };
type IsConditional<O> = O extends Conditional ? true : false;

/** A number from `min` to `max`, both included. */
export function float<O extends RangeOptions & Partial<Conditional> = RangeOptions>(
  min: number,
  max: number,
  options?: O,
): Parameter<number, IsConditional<O>> {
  return { spec: rangeSpec(min, max, options?.log ? "log_uniform_values" : "uniform", options) };
}

/** A whole number from `min` to `max`, both included. */
export function int<O extends RangeOptions & Partial<Conditional> = RangeOptions>(
  min: number,
  max: number,
  options?: O,
): Parameter<number, IsConditional<O>> {
  return { spec: rangeSpec(min, max, options?.log ? "log_int" : "int", options) };
}

/** One of some values. `probabilities`: how likely each is drawn without knowledge. */
export function choice<
  const V extends ParamValue,
  O extends ChoiceOptions & Partial<Conditional> = ChoiceOptions,
>(values: readonly V[], options?: O): Parameter<V, IsConditional<O>> {
  return { spec: { values, ...options } };
}

function rangeSpec(
  min: number,
  max: number,
  distribution: string,
  options: (RangeOptions & Partial<Conditional>) | undefined,
): Readonly<Record<string, unknown>> {
  const { log: _, ...others } = options ?? {};
  return { min, max, distribution, ...others };
}
