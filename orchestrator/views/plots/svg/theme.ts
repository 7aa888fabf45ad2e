import type { Tone } from "../plot.ts";

export type NamedTone = Exclude<Tone, number>;

export interface Theme {
  readonly background: string;
  readonly tones: Readonly<Record<NamedTone, string>>;
  /** From the best to the worst, evenly apart. */
  readonly ramp: readonly string[];
}

/** Colours of a ramp. */
export const rampSteps = 9;

export const light: Theme = {
  background: "#ffffff",
  tones: {
    main: "#0b6bcb",
    second: "#7c3aed",
    good: "#0f7a43",
    bad: "#c62828",
    warn: "#b45309",
    ink: "#1b2733",
    muted: "#64748b",
    faint: "#d7dde3",
  },
  ramp: steps(["#0a2a6b", "#1f6fb4", "#45aabf", "#a3d6b5", "#e4e6c8"]),
};

export const dark: Theme = {
  background: "#10171e",
  tones: {
    main: "#6cb2ff",
    second: "#b79bff",
    good: "#4cc38a",
    bad: "#ff7b72",
    warn: "#ffa657",
    ink: "#e6edf3",
    muted: "#93a1af",
    faint: "#2c3843",
  },
  ramp: steps(["#fff3b0", "#f7b955", "#d9744f", "#8a4a6b", "#3a3550"]),
};

/** The step of the ramp that a place from 0 to 1 belongs to. */
export function rampStep(place: number): number {
  return Math.min(rampSteps - 1, Math.max(0, Math.round(place * (rampSteps - 1))));
}

/** The short name of a tone, as classes have it: `main`, or `r0` to `r8` of the ramp. */
export function toneName(tone: Tone): string {
  return typeof tone === "number" ? `r${rampStep(tone)}` : tone;
}

export function colorOf({ tones, ramp }: Theme, tone: Tone): string {
  return typeof tone === "number" ? ramp[rampStep(tone)]! : tones[tone];
}

/** Rules that give pictures with classes (`classes: true`) the colours of a theme; to be put into a media query, say. */
export function themeCss(theme: Theme, scope = ""): string {
  const names: readonly Tone[] = [
    ...(Object.keys(theme.tones) as NamedTone[]),
    ...Array.from({ length: rampSteps }, (_, i) => i / (rampSteps - 1)),
  ];
  const rules = names.map((tone) => {
    const [name, color] = [toneName(tone), colorOf(theme, tone)];
    return `${scope}.s-${name}{stroke:${color}}${scope}.f-${name}{fill:${color}}`;
  });
  return `${scope}.f-back{fill:${theme.background}}${scope}.s-back{stroke:${theme.background}}${rules.join("")}`;
}

function steps(stops: readonly string[]): readonly string[] {
  return Array.from({ length: rampSteps }, (_, i) => {
    const at = (i / (rampSteps - 1)) * (stops.length - 1);
    const from = stops[Math.floor(at)]!;
    const to = stops[Math.ceil(at)]!;
    return blend(from, to, at - Math.floor(at));
  });
}

function blend(from: string, to: string, share: number): string {
  const channel = (i: number): string => {
    const [a, b] = [from, to].map((color) => Number.parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16)) as [
      number,
      number,
    ];
    return Math.round(a + (b - a) * share)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(1)}${channel(2)}`;
}
