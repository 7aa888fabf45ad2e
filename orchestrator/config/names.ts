import { dataSettingsSchema, unsearchableDataSettings } from "../../worker/protocol/data-settings.ts";
import { modelSettingsSchema } from "../../worker/protocol/model-settings.ts";
import { nearestName } from "./nearest-name.ts";
import type { KeyPath } from "./plain-value.ts";
import { adviceFor } from "./words/advice.ts";
import { oursFor } from "./words/keys.ts";

/**
 * What an unknown key is probably meant to be, as the end of a sentence; undefined when nothing is near. Words that are
 * known come before any guess by letters, so that no hint changes what was meant.
 */
export function explainUnknownKey(path: KeyPath, allowed: readonly string[]): string | undefined {
  const key = String(path.at(-1));
  const section = sectionOf(path);
  return explain(key, section, allowed) ?? explainDotted(key, section, allowed) ?? near(key, allowed);
}

function explain(key: string, section: string, allowed: readonly string[]): string | undefined {
  const words = oursFor(key);
  const ours = words.find((word) => allowed.includes(word));
  const advice = adviceFor(section, words.slice(0, ours === undefined ? undefined : 1));
  if (advice !== undefined) return advice;
  if (ours !== undefined) return `it is called ${ours} here`;
  for (const word of words) {
    const place = home(word);
    if (place !== undefined) return word === key ? place : `it is called ${word} here, and ${place.slice(3)}`;
  }
  return undefined;
}

/** `model.lstm.hidden_size`: names do not nest here, and the last part is the setting's own. */
function explainDotted(key: string, section: string, allowed: readonly string[]): string | undefined {
  const last = key.split(/\.|\/|__/).at(-1) ?? "";
  if (last === key || last === "") return undefined;
  if (allowed.includes(last)) return `names do not nest here; write ${last}`;
  const hint = explain(last, section, allowed);
  return hint === undefined ? undefined : `names do not nest here; of ${last}: ${hint}`;
}

function near(key: string, allowed: readonly string[]): string | undefined {
  const found = nearestName(key, allowed);
  return found === undefined ? undefined : `did you mean ${found}?`;
}

function sectionOf(path: KeyPath): string {
  const [first] = path;
  if (path.length === 1) return "top";
  if (first === "parameters") return path.length === 2 ? "parameters" : "spec";
  if (first === "enqueue") return "parameters";
  return String(first);
}

/** Which section a key of ours belongs to, for one that stands in another. */
function home(key: string): string | undefined {
  if (Object.hasOwn(modelSettingsSchema.shape, key)) {
    return "it belongs under model: (one value) or parameters: (searched)";
  }
  if (Object.hasOwn(dataSettingsSchema.shape, key)) {
    const orSearched = unsearchableDataSettings.has(key) ? "" : " (one value) or parameters: (searched)";
    return `it belongs under data:${orSearched}`;
  }
  const section = homes.get(key);
  return section === undefined ? undefined : `it belongs ${section}`;
}

const topLevel = ["name", "description", "seed", "method", "metric", "parameters", "early_terminate"];
const sections = ["data", "model", "budget", "workers", "enqueue", "repeats", "known"];

const homes = new Map<string, string>([
  ...[...topLevel, ...sections].map((key): [string, string] => [key, "at the top level, not indented"]),
  ...["trials", "epochs", "wall_time", "target"].map((key): [string, string] => [key, "under budget:"]),
  ...["count", "engine", "lanes", "precision"].map((key): [string, string] => [key, "under workers:"]),
  ...["min_epochs", "min_trials", "interval", "eta", "patience", "min_delta"].map((key): [string, string] => [
    key,
    "under early_terminate:",
  ]),
  ["goal", "under metric:"],
  ["file", "under data:"],
]);
