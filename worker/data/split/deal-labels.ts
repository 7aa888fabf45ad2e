/**
 * Deals samples of several labels out to parts with `room` for this many, each label in proportion (iterative
 * stratification: Sechidis, Tsoumakas and Vlahavas 2011): the rarest label first, each sample to the part that still
 * lacks most of it. Before that the first part is given a sample of each label, as far as it has room.
 */
export function dealByLabel<P>(
  samples: readonly number[],
  labelsOf: (sample: number) => readonly string[],
  room: readonly (readonly [part: P, count: number])[],
): ReadonlyMap<number, P> {
  const left = room.map(([, count]) => count);
  const lacking = new Map<string, number[]>();
  for (const [label, count] of countLabels(samples, labelsOf)) {
    lacking.set(
      label,
      left.map((places) => (places / samples.length) * count),
    );
  }
  const dealt = new Map<number, P>();
  const open = new Set(samples);
  const deal = (sample: number, place: number): void => {
    left[place]!--;
    for (const label of labelsOf(sample)) lacking.get(label)![place]!--;
    dealt.set(sample, room[place]![0]);
    open.delete(sample);
  };
  const having = (label: string): number[] => [...open].filter((sample) => labelsOf(sample).includes(label));

  const unserved = countLabels(samples, labelsOf);
  while (unserved.size > 0 && left[0]! > 0) {
    const [sample] = having(rarest(unserved));
    deal(sample!, 0);
    for (const label of labelsOf(sample!)) unserved.delete(label);
  }
  while (open.size > 0) {
    const label = rarest(countLabels(open, labelsOf));
    for (const sample of having(label)) deal(sample, neediest(lacking.get(label)!, left));
  }
  return dealt;
}

function countLabels(
  samples: Iterable<number>,
  labelsOf: (sample: number) => readonly string[],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const sample of samples) {
    for (const label of labelsOf(sample)) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}

function rarest(counts: ReadonlyMap<string, number>): string {
  return [...counts].reduce((best, next) => (next[1] < best[1] ? next : best))[0];
}

/** Of the parts with room, the one that lacks most; of several, the one with most room. */
function neediest(lacking: readonly number[], left: readonly number[]): number {
  const open = [...left.keys()].filter((place) => left[place]! > 0);
  return open.reduce((best, place) => {
    const more = lacking[place]! - lacking[best]!;
    return more > 1e-9 || (more > -1e-9 && left[place]! > left[best]!) ? place : best;
  });
}
