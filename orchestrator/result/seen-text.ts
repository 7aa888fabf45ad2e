import { plural } from "../../worker/data/errors.ts";
import type { RowsSeen } from "../../worker/protocol/retraining.ts";

/** `1234 training and validation samples, until 2018-02-01` */
export function seenText({ samples, until }: RowsSeen): string {
  return `${plural(samples, "training and validation sample")}${until === undefined ? "" : `, until ${until}`}`;
}
