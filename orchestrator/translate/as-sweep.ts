/** Files of other tools have no field that names the tool: which one wrote a file is known by its shape. */
import { isMapping } from "../config/check.ts";
import type { ForeignSweep } from "./foreign.ts";
import { ofKatib } from "./katib.ts";
import { ofNni } from "./nni.ts";
import { ofWandb } from "./wandb.ts";

/** What a file of another tool says, whichever tool it is of; undefined when it is none that is known. */
export function asForeignSweep(value: unknown): ForeignSweep | undefined {
  if (!isMapping(value)) return undefined;
  if (isMapping(value["parameters"])) return ofWandb(value);
  const spec = value["spec"];
  if (isMapping(spec) && Array.isArray(spec["parameters"])) return ofKatib(value);
  const space = value["searchSpace"] ?? value["search_space"];
  if (isMapping(space)) return ofNni(value, space);
  const specs = Object.values(value);
  const isSpace = specs.length > 0 && specs.every((one) => isMapping(one) && "_type" in one);
  return isSpace ? ofNni({}, value) : undefined;
}

/** The file, relative to this one, in which NNI's experiment keeps its search space. */
export function searchSpaceFile(value: unknown): string | undefined {
  if (!isMapping(value) || "searchSpace" in value) return undefined;
  const file = value["searchSpaceFile"] ?? value["searchSpacePath"];
  return typeof file === "string" ? file : undefined;
}
