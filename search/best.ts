import type { History } from "./history.ts";
import { Encoding } from "./samplers/bayes/encoding.ts";
import { Observer } from "./samplers/bayes/observations.ts";
import { believed } from "./samplers/gp/model.ts";
import type { Space } from "./space.ts";

/** The complete trial that is believed to be best; undefined without one. */
export function bestByBelief(space: Space, history: History): number | undefined {
  const encoding = new Encoding(space);
  const { finished } = new Observer(encoding).read(history);
  const whole = believed(finished, encoding.dimensions).filter(({ partial }) => !partial);
  let best = whole[0];
  for (const each of whole) if (each.mean < best!.mean) best = each;
  return best?.trial;
}
