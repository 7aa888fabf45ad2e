import type { Params, Space } from "../../search/space.ts";
import { sentenceOf } from "./check.ts";
import { parseDocument } from "./document.ts";
import { programSetting } from "./program.ts";
import { readEnqueue } from "./read-enqueue.ts";
import { Report } from "./report.ts";

export type ReadConfiguration =
  | { readonly ok: true; readonly params: Params }
  /** A sentence without a full stop. */
  | { readonly ok: false; readonly message: string };

/** One configuration of a space, written as YAML as under `enqueue:`: `hidden: 32`, a parameter a line. */
export function readConfiguration(text: string, space: Space): ReadConfiguration {
  if (text.length > longest)
    return { ok: false, message: `a configuration has at most ${longest} characters` };
  const parsed = parseDocument(text);
  if (!parsed.ok) {
    const [{ message, place } = { message: "the file is empty", place: { line: 1 } }] = parsed.problems;
    return { ok: false, message: `the configuration cannot be read: ${message} (line ${place.line})` };
  }
  const report = new Report("", parsed.document, { names: undefined, schemaOf: programSetting });
  const [params] = readEnqueue(report, [parsed.document.value], space) ?? [];
  if (params !== undefined) return { ok: true, params };
  const sentences = report.errors.map(({ path, ...finding }) => {
    const name = path.replace(/^enqueue\[0\]\.?/, "");
    return `${name === "" ? "" : `${name}: `}${sentenceOf({ path: [], ...finding })}`;
  });
  return { ok: false, message: sentences.join("; ") };
}

const longest = 100_000;
