import { isNumeric, type NumericDomain } from "../../search/levels.ts";
import { sameValue, type Params, type ParamValue, type Space } from "../../search/space.ts";
import type { RecordedCurve } from "./recorded.ts";

/**
 * Looks up the recorded curve nearest to a configuration: a one-nearest-neighbour surrogate, as simulators of tabular
 * benchmarks use it (Syne Tune: Salinas et al. 2022, AutoML). Distances are Euclidean over the parameters that are
 * both in the space and in the records: numbers on the parameter's own scale in lengths of its range, other values
 * 0 when equal and 1 otherwise, also where only one side has the parameter. Of equals, the first.
 */
export class Nearest {
  /** Parameters of the space that the records know. */
  readonly matched: readonly string[];
  /** Those that differ between configurations of the space but in no record: they change nothing here. */
  readonly unknown: readonly string[];
  private readonly curves: readonly RecordedCurve[];
  private readonly domains: ReadonlyMap<string, NumericDomain | null>;

  constructor(space: Space, curves: readonly RecordedCurve[]) {
    const searched = space.parameters.filter(({ domain }) => domain.kind !== "constant");
    const isKnown = (name: string): boolean => curves.some(({ params }) => params[name] !== undefined);
    const matched = searched.filter(({ name }) => isKnown(name));
    this.curves = curves;
    this.matched = matched.map(({ name }) => name);
    this.unknown = searched.filter(({ name }) => !isKnown(name)).map(({ name }) => name);
    this.domains = new Map(matched.map(({ name, domain }) => [name, isNumeric(domain) ? domain : null]));
  }

  /** Index of the nearest curve. */
  to(params: Params): number {
    let nearest = 0;
    let least = Infinity;
    for (const [index, curve] of this.curves.entries()) {
      const distance = this.distance(params, curve.params, least);
      if (distance < least) [nearest, least] = [index, distance];
    }
    return nearest;
  }

  /** Squared; given up once it is not below `limit`. */
  private distance(a: Params, b: Params, limit: number): number {
    let sum = 0;
    for (const [name, domain] of this.domains) {
      sum += difference(domain, a[name], b[name]) ** 2;
      if (sum >= limit) return sum;
    }
    return sum;
  }
}

function difference(
  domain: NumericDomain | null,
  a: ParamValue | undefined,
  b: ParamValue | undefined,
): number {
  if (a === undefined || b === undefined) return a === b ? 0 : 1;
  if (domain === null || typeof a !== "number" || typeof b !== "number") return sameValue(a, b) ? 0 : 1;
  if (domain.scale === "linear") return (a - b) / (domain.max - domain.min || 1);
  if (a <= 0 || b <= 0) return 1;
  return Math.log(a / b) / (Math.log(domain.max / domain.min) || 1);
}
