import type { Scale } from "../../../orchestrator/views/plots/plot.ts";
import { xAt, yAt } from "../../../orchestrator/views/plots/svg/box.ts";
import type { PlacedPanel } from "../../../orchestrator/views/plots/svg/render.ts";
import { figure } from "../../../orchestrator/views/numbers.ts";
import { parallelX, parallelY } from "./paint-parallel.ts";

/** What is next to the pointer. */
export interface Found {
  readonly x: number;
  readonly y: number;
  readonly trial: number | null;
  readonly words: readonly string[];
}

/** Pixels within which something is next to the pointer. */
const reach = 22;

/** The point, the corner of a line or the bar next to a place in the picture. */
export function findMark(panels: readonly PlacedPanel[], x: number, y: number): Found | null {
  let best: { found: () => Found; distance: number } | null = null;
  const offer = (px: number, py: number, found: () => Found): void => {
    const distance = Math.hypot(px - x, py - y);
    if (distance < Math.min(reach, best?.distance ?? Infinity)) best = { found, distance };
  };
  for (const placed of panels) {
    const { box } = placed;
    if (x < box.left - reach || x > box.right + reach || y < box.top - reach || y > box.bottom + reach)
      continue;
    if (placed.panel.kind === "parallel") offerParallel(placed, x, y, offer);
    else offerXy(placed, x, y, offer);
  }
  return (best as { found: () => Found } | null)?.found() ?? null;
}

type Offer = (px: number, py: number, found: () => Found) => void;

function offerXy({ panel, box }: PlacedPanel, pointerX: number, pointerY: number, offer: Offer): void {
  if (panel.kind !== "xy") return;
  const { x, y } = panel;
  const say = (px: number, py: number, a: number, b: number, trial: number | null, name: string): Found => ({
    x: px,
    y: py,
    trial,
    words: [
      ...(trial === null ? [] : [`trial ${trial}`]),
      ...(name === "" ? [] : [name]),
      ...worded(x.label, x.scale, a),
      ...worded(y.label || panel.title, y.scale, b),
    ],
  });
  for (const mark of panel.marks) {
    if (mark.kind === "bar") {
      const [x0, x1] = [xAt(box, x.scale, mark.x0), xAt(box, x.scale, mark.x1)].sort((a, b) => a - b) as [
        number,
        number,
      ];
      const [y0, y1] = [yAt(box, y.scale, mark.y0), yAt(box, y.scale, mark.y1)].sort((a, b) => a - b) as [
        number,
        number,
      ];
      if (pointerX < x0 || pointerX > x1 || pointerY < y0 || pointerY > y1) continue;
      offer(pointerX, pointerY, () =>
        say(pointerX, y0, mark.x1, (mark.y0 + mark.y1) / 2, mark.trial ?? null, mark.label ?? ""),
      );
    }
    if (mark.kind !== "line" && mark.kind !== "points") continue;
    for (let i = 0; i < mark.xs.length; i++) {
      const [a, b] = [mark.xs[i]!, mark.ys[i]!];
      const [px, py] = [xAt(box, x.scale, a), yAt(box, y.scale, b)];
      if (!(Math.abs(px - pointerX) < reach && Math.abs(py - pointerY) < reach)) continue;
      const trial = mark.kind === "line" ? mark.trial : mark.trials?.[i];
      const name = mark.kind === "line" ? (mark.name ?? "") : "";
      offer(px, py, () => say(px, py, a, b, trial ?? null, name));
    }
  }
}

function offerParallel({ panel, box }: PlacedPanel, pointerX: number, pointerY: number, offer: Offer): void {
  if (panel.kind !== "parallel") return;
  const near = panel.axes.flatMap((_, i) => {
    const at = parallelX(box, panel.axes.length, i);
    return Math.abs(at - pointerX) < reach ? [[i, at] as const] : [];
  });
  for (const { trial, values } of panel.lines) {
    for (const [i, px] of near) {
      const value = values[i]!;
      if (!Number.isFinite(value)) continue;
      const py = parallelY(panel, box, i, value);
      if (Math.abs(py - pointerY) >= reach) continue;
      const words = (): string[] =>
        panel.axes.flatMap(({ label, scale }, k) =>
          Number.isFinite(values[k]!) ? worded(label, scale, values[k]!) : [],
        );
      offer(px, py, () => ({ x: px, y: py, trial, words: [`trial ${trial}`, ...words()] }));
    }
  }
}

/** "epoch 3"; a value on a band by its name. */
function worded(label: string, scale: Scale, value: number): string[] {
  const name = scale.kind === "band" ? scale.ticks[Math.round(value)]?.label : undefined;
  const text = name ?? (Number.isInteger(value) ? String(value) : figure(value));
  return [label === "" ? text : `${label} ${text}`];
}
