import { stringify } from "yaml";

/** A value as YAML on one line, as a sweep that `init` writes has it. */
export function flow(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: true }).trim();
}
