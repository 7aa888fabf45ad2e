/** A value a parameter can take. A list is one value (hidden sizes per layer, columns to read). */
export type ParamValue = string | number | boolean | null | readonly number[] | readonly string[];

/** One configuration: every active parameter by name. Parameters whose condition fails are absent. */
export type Params = Readonly<Record<string, ParamValue>>;

/**
 * What a parameter may be. Ranges include both ends. `step` counts from `min`; on a log scale `min` is
 * above 0. Without `step` a float is continuous; an int has step 1.
 */
export type Domain =
  | { readonly kind: "constant"; readonly value: ParamValue }
  | {
      readonly kind: "categorical";
      readonly values: readonly ParamValue[];
      /** How probable each value is when it is drawn without knowledge; they sum to 1. Absent: all alike. */
      readonly probabilities?: readonly number[];
    }
  | {
      readonly kind: "float";
      readonly min: number;
      readonly max: number;
      readonly scale: "linear" | "log";
      readonly step?: number;
      readonly normal?: Normal;
    }
  | {
      readonly kind: "int";
      readonly min: number;
      readonly max: number;
      readonly scale: "linear" | "log";
      readonly step: number;
      readonly normal?: Normal;
    };

/**
 * A range that is drawn from a normal distribution, cut off at its ends. On a log scale mean and deviation are those of
 * the natural logarithm.
 */
export interface Normal {
  readonly mu: number;
  /** Above 0. */
  readonly sigma: number;
}

/** Active only while parameter `param` is active and its value is one of `in`. */
export interface Condition {
  readonly param: string;
  readonly in: readonly ParamValue[];
}

export interface Parameter {
  readonly name: string;
  readonly domain: Domain;
  /** All must hold; empty: always active. */
  readonly when: readonly Condition[];
}

/** Parameters in an order where every condition refers to an earlier one. */
export interface Space {
  readonly parameters: readonly Parameter[];
}

/** Equality of values, lists included. */
export function sameValue(a: ParamValue, b: ParamValue): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) || !Array.isArray(b)) return false;
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** Does `parameter` apply, given the parameters chosen before it? */
export function isActive(parameter: Parameter, chosen: Params): boolean {
  return parameter.when.every((condition) => {
    const value = chosen[condition.param];
    return value !== undefined && condition.in.some((allowed) => sameValue(allowed, value));
  });
}

/** One text for one configuration, whatever the order of its keys. */
export function paramsKey(params: Params): string {
  const names = Object.keys(params).sort();
  return JSON.stringify(names.map((name) => [name, params[name]]));
}
