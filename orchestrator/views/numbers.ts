import type { ParamValue } from "../../search/space.ts";

/** A figure in four significant digits, short enough for a table: 0.02837, 1.2e-5, 12.35. */
export function figure(value: number | null): string {
  if (value === null) return "–";
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return value.toExponential(2).replace("e+", "e");
  return String(Number(value.toPrecision(4)));
}

/** As `figure`, with zeros at the end, for columns: 0.3300 under 0.3334. */
export function digits(value: number | null): string {
  const text = figure(value);
  const isPlain = value !== null && Number.isFinite(value) && value !== 0 && !text.includes("e");
  return isPlain ? value.toPrecision(4).replace(/e\+?/, "e") : text;
}

/** A mean and half its confidence interval, with two digits of the latter: 0.3312 ± 0.0041. */
export function withMargin(mean: number | null, margin: number | null): string {
  return margin === null || !Number.isFinite(margin)
    ? digits(mean)
    : `${digits(mean)} ± ${figure(Number(margin.toPrecision(2)))}`;
}

/** A share as a whole percentage with its sign: +62%, -8%. */
export function percent(value: number | null): string {
  if (value === null) return "–";
  const rounded = Math.round(value * 100);
  return `${rounded > 0 ? "+" : ""}${rounded}%`;
}

/** A length of time for people: 850 ms, 12.3 s, 4 min 05 s, 2 h 10 min. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** A round length of time in the largest unit that divides it: 1 h, 15 min, 90 s. */
export function roundDuration(ms: number): string {
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1000],
  ] as const;
  const found = units.find(([, size]) => ms > 0 && ms % size === 0);
  return found === undefined ? duration(ms) : `${ms / found[1]} ${found[0]}`;
}

/** A moment for people, in the time zone of this machine: 2026-11-23 14:05. */
export function localTime(ms: number): string {
  const time = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** A parameter's value in a table. */
export function paramText(value: ParamValue | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number")
    return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  return String(value);
}

/** Bytes for people: 812 B, 2.5 MB. */
export function byteSize(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${bytes} B` : `${size.toFixed(1)} ${units[unit]}`;
}
