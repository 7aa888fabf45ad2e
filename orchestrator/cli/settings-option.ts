import { InvalidArgumentError } from "commander";
import { parse } from "yaml";
import { searchableSettings } from "../../worker/protocol/settings.ts";
import type { Params, ParamValue } from "../../search/space.ts";
import { explainUnknownKey } from "../config/names.ts";
import { isParamValue } from "../config/parameters.ts";

/** Adds one `name=value`, the value written as in a sweep file: `hidden=[32, 16]`, `optimizer=adam`. */
export function readSetting(text: string, given: Params): Params {
  const [, name, written] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || written === undefined) {
    throw new InvalidArgumentError("It must be name=value, as in hidden=32.");
  }
  if (!searchableSettings.includes(name)) {
    const about = explainUnknownKey(["parameters", name], searchableSettings);
    const hint = about === undefined ? "." : `; ${about}`;
    throw new InvalidArgumentError(`There is no setting ${name} that a trial could vary${hint}`);
  }
  return { ...given, [name]: readValue(name, written) };
}

/** A setting's value written as in a sweep file. */
export function readValue(name: string, written: string): ParamValue {
  let value: unknown;
  try {
    value = parse(written, { logLevel: "silent" });
  } catch {
    value = undefined;
  }
  if (isParamValue(value)) return value;
  throw new InvalidArgumentError(
    `The value of ${name} must be a text, a number, true, false, null or a list.`,
  );
}
