/** A setting of a sampler or pruner is out of its range. */
export class SettingError extends Error {
  readonly setting: string;
  readonly rule: string;
  readonly received: unknown;

  constructor(setting: string, rule: string, received: unknown) {
    super(`${setting} must be ${rule}; received ${shown(received)}`);
    this.name = "SettingError";
    this.setting = setting;
    this.rule = rule;
    this.received = received;
  }
}

/** Returns `value` when it is a whole number of at least `min`; throws SettingError otherwise. */
export function wholeNumber(setting: string, value: number, min: number): number {
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw new SettingError(setting, `a whole number of at least ${min}`, value);
}

/** Returns `value` when it is a number from `min` to `max`, both included; throws SettingError otherwise. */
export function numberWithin(setting: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  const rule = max === Infinity ? `a number of at least ${min}` : `a number from ${min} to ${max}`;
  throw new SettingError(setting, rule, value);
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
