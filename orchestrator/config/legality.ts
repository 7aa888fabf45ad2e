import { samplePrior } from "../../search/domain.ts";
import { rngFor } from "../../search/random.ts";
import type { Params } from "../../search/space.ts";
import { settingsWith } from "../../worker/protocol/settings.ts";
import { quoted } from "./check.ts";
import type { KeyPath } from "./plain-value.ts";
import type { Report } from "./report.ts";
import type { Sweep } from "./sweep.ts";

/** Enough to meet a rule between two settings that a fair share of the space breaks. */
const draws = 64;

/**
 * Rules between settings (one hidden size per layer) hold for whole configurations only, so some are drawn and
 * looked at. Each broken rule is reported once, with a configuration that breaks it.
 */
export function checkLegality(report: Report, sweep: Pick<Sweep, "data" | "model" | "space">): void {
  const broken = new Set<string>();
  for (let draw = 0; draw < draws; draw++) {
    const params = samplePrior(sweep.space, rngFor(0, "legality", draw));
    const result = settingsWith({ data: sweep.data.settings, model: sweep.model }, params);
    for (const { path, message } of result.error?.issues ?? []) {
      const name = path[1] === undefined ? "" : String(path[1]);
      const rule = `${path.join(".")}: ${message.replace(/[\d.]+/g, "")}`;
      if (broken.has(rule)) continue;
      broken.add(rule);
      report.error({ path: placeOf(name, params, path), at: "key", message: withParams(message, params) });
    }
  }
}

function placeOf(name: string, params: Params, path: readonly PropertyKey[]): KeyPath {
  return Object.hasOwn(params, name) ? ["parameters", name] : path.map(String);
}

function withParams(message: string, params: Params): string {
  const shown = Object.entries(params).map(([name, value]) => `${name}: ${quoted(value)}`);
  return `${message} (in the configuration ${shown.join(", ")})`;
}
