import { timeText } from "../file/moments.ts";
import { Zone } from "../file/zone.ts";
import type { FittedSeries } from "../series.ts";
import { blockAt } from "../split/blocks.ts";

/** Where a window lies. */
export interface SamplePlace {
  /** The last row before what is predicted, as a person names it: series, then time or line of the file. */
  readonly name: string;
  /** The first row of its series. */
  readonly start: number;
}

export function placesOf({ arranged, settings }: FittedSeries): (row: number) => SamplePlace {
  const { blocks, times, table } = arranged;
  const zone = settings.time_zone === undefined ? null : new Zone(settings.time_zone);
  return (row) => {
    const last = row - 1;
    const block = blocks[blockAt(blocks, last)];
    const time = times?.[last];
    const when =
      time === undefined ? `line ${table.lines[last]}` : zone === null ? timeText(time) : zone.text(time);
    const series = block?.name === undefined ? "" : `${block.name}, `;
    return { name: `${series}${when}`, start: block?.start ?? 0 };
  };
}
