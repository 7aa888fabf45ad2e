/**
 * Schemas check one setting at a time, and a few rules hold between settings. No search can be asked which configurations it will
 * suggest, so some of the space are drawn here.
 */
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

interface Broken {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly params: Params;
  times: number;
}

/**
 * Rules between settings (one hidden size per layer) hold for whole configurations only, so some are drawn and
 * looked at. Each broken rule is reported once, with the first configuration that breaks it unless all do.
 */
export function checkLegality(report: Report, sweep: Pick<Sweep, "data" | "model" | "space">): void {
  const rules = new Map<string, Broken>();
  for (let draw = 0; draw < draws; draw++) {
    const params = samplePrior(sweep.space, rngFor(0, "legality", draw));
    const result = settingsWith({ data: sweep.data.settings, model: sweep.model }, params);
    for (const { path, message } of result.error?.issues ?? []) {
      const rule = `${path.join(".")}: ${message.replace(/[\d.]+/g, "")}`;
      const broken = rules.get(rule) ?? { path, message, params, times: 0 };
      broken.times += 1;
      rules.set(rule, broken);
    }
  }
  for (const broken of rules.values()) {
    report.error({ path: placeOf(broken), at: "key", message: broken.message + exampleOf(broken) });
  }
}

/** `path` begins with the section, then the setting. */
function placeOf({ path, params }: Broken): KeyPath {
  const name = String(path[1]);
  return Object.hasOwn(params, name) ? ["parameters", name] : path.map(String);
}

function exampleOf({ params, times }: Broken): string {
  if (times === draws) return "";
  const shown = Object.entries(params).map(([name, value]) => `${name}: ${quoted(value)}`);
  return ` (in the configuration ${shown.join(", ")})`;
}
