import { sameValue, type ParamValue } from "../../../search/space.ts";
import type { PageTrial } from "../data/page-trial.ts";

/** Something a trial must meet to be selected. */
export type Condition =
  | { readonly field: string; readonly kind: "range"; readonly min: number; readonly max: number }
  | { readonly field: string; readonly kind: "list"; readonly values: readonly ParamValue[] };

/** Fields that are no parameters begin with a colon, which no name of a parameter has. */
export const ownFields = {
  ":value": (trial: PageTrial) => trial.value ?? undefined,
  ":outcome": (trial: PageTrial) => trial.state,
  ":number": (trial: PageTrial) => trial.number,
  ":epochs": (trial: PageTrial) => trial.epochsDone,
} as const satisfies Record<string, (trial: PageTrial) => ParamValue | undefined>;

export function fieldOf(trial: PageTrial, field: string): ParamValue | undefined {
  if (Object.hasOwn(ownFields, field)) return ownFields[field as keyof typeof ownFields](trial);
  return trial.params[field];
}

export function meets(trial: PageTrial, conditions: readonly Condition[]): boolean {
  return conditions.every((condition) => {
    const value = fieldOf(trial, condition.field);
    if (value === undefined) return false;
    if (condition.kind === "list") return condition.values.some((one) => sameValue(one, value));
    return typeof value === "number" && value >= condition.min && value <= condition.max;
  });
}

/** As the address has it: `learning_rate~0.001~0.01`, `optimizer~in~["adam"]`; open ends are left out. */
export function conditionText(condition: Condition): string {
  const field = encodeURIComponent(condition.field).replaceAll("~", "%7E");
  if (condition.kind === "list") return `${field}~in~${JSON.stringify(condition.values)}`;
  const end = (value: number): string => (Number.isFinite(value) ? String(value) : "");
  return `${field}~${end(condition.min)}~${end(condition.max)}`;
}

/** `null` for what is none: addresses are typed and mailed. */
export function readCondition(text: string): Condition | null {
  const [name = "", from = "", ...rest] = text.split("~");
  const to = rest.join("~");
  try {
    const field = decodeURIComponent(name);
    if (field === "") return null;
    if (from === "in") {
      const values: unknown = JSON.parse(to);
      return Array.isArray(values) ? { field, kind: "list", values: values.filter(isValue) } : null;
    }
    const [min, max] = [from === "" ? -Infinity : Number(from), to === "" ? Infinity : Number(to)];
    return Number.isNaN(min) || Number.isNaN(max) ? null : { field, kind: "range", min, max };
  } catch {
    return null;
  }
}

function isValue(value: unknown): value is ParamValue {
  return (
    value === null ||
    ["string", "number", "boolean"].includes(typeof value) ||
    (Array.isArray(value) && value.every((one) => typeof one === "number" || typeof one === "string"))
  );
}
