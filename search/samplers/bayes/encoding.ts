import { domainSize, fromUnit, indexOfShare, isNumeric, toUnit } from "../../domain.ts";
import { isActive, sameValue, type Domain, type Params, type ParamValue, type Space } from "../../space.ts";

/**
 * One parameter as a coordinate. `unit`: in [0, 1] with an order; `levels` counts its values (Infinity:
 * continuous). `choice`: 0 to levels - 1 without an order.
 */
export interface Dimension {
  readonly name: string;
  readonly kind: "unit" | "choice";
  readonly levels: number;
  /** Parameters that are active under the same conditions share a group. Group 0 is always active. */
  readonly group: number;
  /** Of the values of a `choice`, where they are not equally probable. */
  readonly probabilities?: readonly number[];
}

/** Where a parameter does not apply, or holds a value outside its domain. */
export const ABSENT = Number.NaN;

/**
 * Configurations as vectors and back, one coordinate for each parameter that can vary. A list of three or more
 * different numbers is taken as ordered, by rank: `[16, 32, 64]` are neighbours although they are written as a list.
 */
export class Encoding {
  readonly dimensions: readonly Dimension[];
  private readonly space: Space;
  private readonly codes: readonly Code[];
  /** Those of the dimensions. */
  private readonly varying: readonly Code[];
  private readonly isConditional: boolean;

  constructor(space: Space) {
    this.space = space;
    this.codes = space.parameters.map(({ domain }) => code(domain));
    this.varying = this.codes.filter(({ kind }) => kind !== "fixed");
    this.isConditional = space.parameters.some(({ when }) => when.length > 0);
    const groups = [JSON.stringify([])];
    this.dimensions = space.parameters.flatMap(({ name, domain, when }, index) => {
      const { kind } = this.codes[index]!;
      if (kind === "fixed") return [];
      const key = JSON.stringify(when);
      if (!groups.includes(key)) groups.push(key);
      const probabilities =
        kind === "choice" && domain.kind === "categorical" ? domain.probabilities : undefined;
      const dimension = { name, kind, levels: domainSize(domain), group: groups.indexOf(key) };
      return [probabilities === undefined ? dimension : { ...dimension, probabilities }];
    });
  }

  /** [dimensions], ABSENT where the configuration has no usable value. */
  encode(params: Params): Float64Array {
    const x = new Float64Array(this.dimensions.length);
    let at = 0;
    for (const [index, { name }] of this.space.parameters.entries()) {
      const code = this.codes[index]!;
      if (code.kind === "fixed") continue;
      const value = params[name];
      x[at++] = value === undefined ? ABSENT : code.encode(value);
    }
    return x;
  }

  /** The configuration nearest to a vector; coordinates of parameters that turn out inactive are not read. */
  decode(x: ArrayLike<number>): Params {
    const chosen: Record<string, ParamValue> = {};
    let at = 0;
    for (const [index, parameter] of this.space.parameters.entries()) {
      const code = this.codes[index]!;
      const coordinate = code.kind === "fixed" ? 0 : x[at++]!;
      if (isActive(parameter, chosen)) chosen[parameter.name] = code.decode(coordinate);
    }
    return chosen;
  }

  /** encode(decode(x)), quicker: continuous coordinates stay as they are where no parameter hangs on another. */
  settle(x: Float64Array): Float64Array {
    if (this.isConditional) return this.encode(this.decode(x));
    return x.map((value, d) => {
      const { kind, levels } = this.dimensions[d]!;
      const code = this.varying[d]!;
      return kind === "choice" || levels === Infinity ? value : code.encode(code.decode(value));
    });
  }

  /** The values of dimension `d`, or `count` evenly spaced ones where it has more, each with its coordinate. */
  values(d: number, count: number): readonly { readonly coordinate: number; readonly value: ParamValue }[] {
    const { kind, levels } = this.dimensions[d]!;
    const code = this.varying[d]!;
    if (kind === "choice") {
      return Array.from({ length: levels }, (_, i) => ({ coordinate: i, value: code.decode(i) }));
    }
    const spaced = Array.from({ length: count }, (_, i) => code.decode((i + 0.5) / count));
    return [...new Set(spaced)].map((value) => ({ coordinate: code.encode(value), value }));
  }

  /** As decode, from a point of the unit cube: choices divide [0, 1) by their probabilities. */
  fromCube(point: ArrayLike<number>): Params {
    return this.decode(this.cubeVector(point));
  }

  /** The vector of a point of the unit cube. */
  cubeVector(point: ArrayLike<number>): Float64Array {
    return Float64Array.from(this.dimensions, ({ kind, levels, probabilities }, d) => {
      if (kind === "unit") return point[d]!;
      if (probabilities !== undefined) return indexOfShare(probabilities, point[d]!);
      return Math.min(Math.floor(point[d]! * levels), levels - 1);
    });
  }
}

interface Code {
  readonly kind: "unit" | "choice" | "fixed";
  encode(value: ParamValue): number;
  decode(coordinate: number): ParamValue;
}

function code(domain: Domain): Code {
  if (isNumeric(domain)) {
    return {
      kind: domainSize(domain) === 1 ? "fixed" : "unit",
      encode: (value) => (typeof value === "number" ? toUnit(domain, value) : ABSENT),
      decode: (coordinate) => fromUnit(domain, coordinate),
    };
  }
  if (domain.kind === "constant" || domain.values.length === 1) {
    const only = domain.kind === "constant" ? domain.value : domain.values[0]!;
    return { kind: "fixed", encode: () => ABSENT, decode: () => only };
  }
  return isOrdered(domain.values) ? ranks(domain.values, domain.probabilities) : choices(domain.values);
}

function choices(values: readonly ParamValue[]): Code {
  return {
    kind: "choice",
    encode: (value) => {
      const index = values.findIndex((known) => sameValue(known, value));
      return index < 0 ? ABSENT : index;
    },
    decode: (coordinate) => values[coordinate]!,
  };
}

/** Each value takes a part of [0, 1] as wide as it is probable. */
function ranks(values: readonly number[], probabilities: readonly number[] | undefined): Code {
  const sorted = values.toSorted((a, b) => a - b);
  const shares = sorted.map((value) => probabilities?.[values.indexOf(value)] ?? 1 / sorted.length);
  const start = (rank: number): number => shares.slice(0, rank).reduce((sum, share) => sum + share, 0);
  return {
    kind: "unit",
    encode: (value) => {
      const rank = sorted.findIndex((known) => known === value);
      if (rank < 0) return ABSENT;
      return probabilities === undefined ? (rank + 0.5) / sorted.length : start(rank) + shares[rank]! / 2;
    },
    decode: (coordinate) =>
      probabilities === undefined
        ? sorted[Math.min(Math.max(Math.floor(coordinate * sorted.length), 0), sorted.length - 1)]!
        : sorted[indexOfShare(shares, coordinate)]!,
  };
}

function isOrdered(values: readonly ParamValue[]): values is readonly number[] {
  return (
    values.length > 2 &&
    values.every((value) => typeof value === "number") &&
    new Set(values).size === values.length
  );
}
