import type { Parameter, ParamValue } from "../../../search/space.ts";
import { bytesField, doubleField, eventRecord, intField } from "./events.ts";

/** The hparams plugin's messages (tensorboard/plugins/hparams/api.proto and plugin_data.proto). */

const dataTypes = { string: 1, boolean: 2, number: 3 } as const;

/** What every run of the experiment has: parameters with their domains, and the metrics to show, in this order. */
export function experimentRecord(
  at: number,
  name: string,
  parameters: readonly Parameter[],
  metrics: readonly string[],
): Buffer {
  const experiment = bytesField(2, [
    bytesField(6, name),
    doubleField(3, at / 1000),
    ...parameters.map(({ name: parameter, domain }) => bytesField(4, infoOf(parameter, domain))),
    ...metrics.map((tag) => bytesField(5, [bytesField(1, [bytesField(2, tag)]), bytesField(3, tag)])),
  ]);
  return pluginRecord(at, "_hparams_/experiment", experiment);
}

/** A run's parameters. Runs of one `group` are one line of the table. */
export function startRecord(at: number, params: Readonly<Record<string, ParamValue>>, group: string): Buffer {
  const entries = Object.entries(params).map(([name, value]) =>
    bytesField(1, [bytesField(1, name), bytesField(2, [valueOf(value)])]),
  );
  return pluginRecord(
    at,
    "_hparams_/session_start_info",
    bytesField(3, [...entries, bytesField(4, group), doubleField(5, at / 1000)]),
  );
}

export function endRecord(at: number, status: "success" | "failure" | "running"): Buffer {
  const number = { success: 1, failure: 2, running: 3 }[status];
  return pluginRecord(
    at,
    "_hparams_/session_end_info",
    bytesField(4, [intField(1, number), doubleField(2, at / 1000)]),
  );
}

/** google.protobuf.Value: a number, a text or a truth value; lists and null as texts. */
function valueOf(value: ParamValue): Buffer {
  if (typeof value === "number") return doubleField(2, value);
  if (typeof value === "boolean") return intField(4, value ? 1 : 0);
  return bytesField(3, typeof value === "string" ? value : JSON.stringify(value));
}

function infoOf(name: string, domain: Parameter["domain"]): Buffer[] {
  if (domain.kind === "float" || domain.kind === "int") {
    const interval = [doubleField(1, domain.min), doubleField(2, domain.max)];
    return [bytesField(1, name), intField(4, dataTypes.number), bytesField(6, interval)];
  }
  const values = domain.kind === "constant" ? [domain.value] : domain.values;
  const type = values.every((value) => typeof value === "number")
    ? "number"
    : values.every((value) => typeof value === "boolean")
      ? "boolean"
      : "string";
  const listed = values.map((value) => bytesField(1, [valueOf(type === "string" ? String(value) : value)]));
  return [bytesField(1, name), intField(4, dataTypes[type]), bytesField(5, listed)];
}

/** A value that is nothing but the plugin's data: its tensor is one 0 (DT_FLOAT without dimensions). */
function pluginRecord(at: number, tag: string, data: Buffer): Buffer {
  const plugin = bytesField(1, [bytesField(1, "hparams"), bytesField(2, [data])]);
  const tensor = bytesField(8, [intField(1, 1), bytesField(2, []), bytesField(5, [Buffer.alloc(4)])]);
  const value = bytesField(1, [bytesField(1, tag), tensor, bytesField(9, [plugin])]);
  return eventRecord(at, 0, [bytesField(5, [value])]);
}
