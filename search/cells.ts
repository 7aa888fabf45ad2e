import { domainSize, valueAt } from "./levels.ts";
import { isActive, type Params, type ParamValue, type Parameter, type Space } from "./space.ts";

/**
 * The configurations of a finite space as numbers 0 to size - 1, without listing them: like an odometer, the
 * last parameter turns fastest. A conditional parameter turns only under the values that make it active.
 *
 * Sub-trees are counted once for every combination of the values that conditions ask about.
 */
export class Cells {
  /** Infinity when an active parameter can be continuous. */
  readonly size: number;
  private readonly parameters: readonly Parameter[];
  private readonly counts = new Map<string, number>();
  /** For each parameter, the earlier ones that it or a later one asks about. */
  private readonly asked: readonly (readonly string[])[];

  constructor(space: Space) {
    this.parameters = space.parameters;
    this.asked = space.parameters.map((_, index) => askedFrom(space.parameters, index));
    this.size = this.count(0, {});
  }

  /** Configuration number `cell`, 0 to size - 1. */
  at(cell: number): Params {
    const chosen: Record<string, ParamValue> = {};
    let rest = cell;
    for (const [index, parameter] of this.parameters.entries()) {
      if (!isActive(parameter, chosen)) continue;
      rest = this.isAsked(index) ? this.step(index, chosen, rest) : this.turn(index, chosen, rest);
    }
    return chosen;
  }

  /** Chooses the value whose sub-tree holds cell `rest`; returns the cell's place in that sub-tree. */
  private step(index: number, chosen: Record<string, ParamValue>, rest: number): number {
    const { name, domain } = this.parameters[index]!;
    let left = rest;
    for (let value = 0; ; value++) {
      chosen[name] = valueAt(domain, value);
      const below = this.count(index + 1, chosen);
      if (left < below || value === domainSize(domain) - 1) return left;
      left -= below;
    }
  }

  /** As `step`, where every value has the same sub-tree. */
  private turn(index: number, chosen: Record<string, ParamValue>, rest: number): number {
    const { name, domain } = this.parameters[index]!;
    const below = this.count(index + 1, chosen);
    chosen[name] = valueAt(domain, Math.floor(rest / below));
    return rest % below;
  }

  /** Number of ways to choose parameter `index` and all after it, given those before. */
  private count(index: number, chosen: Params): number {
    const parameter = this.parameters[index];
    if (parameter === undefined) return 1;
    const key = `${index}:${JSON.stringify(this.asked[index]!.map((name) => (name in chosen ? [chosen[name]] : 0)))}`;
    const known = this.counts.get(key);
    if (known !== undefined) return known;
    const counted = isActive(parameter, chosen)
      ? this.countActive(index, parameter, chosen)
      : this.count(index + 1, chosen);
    this.counts.set(key, counted);
    return counted;
  }

  private countActive(index: number, { name, domain }: Parameter, chosen: Params): number {
    const size = domainSize(domain);
    if (!this.isAsked(index)) return size * this.count(index + 1, chosen);
    if (size === Infinity) return Infinity;
    let sum = 0;
    for (let i = 0; i < size; i++) sum += this.count(index + 1, { ...chosen, [name]: valueAt(domain, i) });
    return sum;
  }

  private isAsked(index: number): boolean {
    return this.asked[index + 1]?.includes(this.parameters[index]!.name) ?? false;
  }
}

function askedFrom(parameters: readonly Parameter[], from: number): readonly string[] {
  const names = parameters.slice(from).flatMap(({ when }) => when.map(({ param }) => param));
  return parameters.slice(0, from).flatMap(({ name }) => (names.includes(name) ? [name] : []));
}
