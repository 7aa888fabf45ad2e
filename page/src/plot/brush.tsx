import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { ParallelPanel, Scale } from "../../../orchestrator/views/plots/plot.ts";
import { paramAxis } from "../../../orchestrator/views/plots/scales.ts";
import type { Box } from "../../../orchestrator/views/plots/svg/box.ts";
import type { PlacedPanel } from "../../../orchestrator/views/plots/svg/render.ts";
import type { Space } from "../../../search/space.ts";
import type { Condition } from "../selection/conditions.ts";
import { parallelX, parallelY } from "./paint-parallel.ts";

export interface BrushProps {
  readonly panels: readonly PlacedPanel[];
  readonly space: Space;
  readonly conditions: readonly Condition[];
  /** While one brushes (`false`), and when it is done. */
  readonly onBrush: (field: string, condition: Condition | null, isDone: boolean) => void;
}

/** Strips on the axes of parallel coordinates: drag to select, click to select nothing any more. */
export function Brushes({ panels, ...rest }: BrushProps): JSX.Element {
  const [first] = panels;
  if (first?.panel.kind !== "parallel") return <></>;
  const { panel, box } = first;
  return (
    <>
      {panel.axes.map((_, i) => (
        <Strip panel={panel} box={box} i={i} {...rest} />
      ))}
    </>
  );
}

type StripProps = Omit<BrushProps, "panels"> & {
  readonly panel: ParallelPanel;
  readonly box: Box;
  readonly i: number;
};

const half = 13;

function Strip({ panel, box, i, space, conditions, onBrush }: StripProps): JSX.Element {
  const from = useRef<number | null>(null);
  const [dragged, setDragged] = useState<readonly [number, number] | null>(null);
  const { scale, label } = panel.axes[i]!;
  const field = i === panel.axes.length - 1 ? ":value" : label;
  const condition = conditions.find((one) => one.field === field);
  const top = (event: PointerEvent): number => {
    const area = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return Math.min(area.height, Math.max(0, event.clientY - area.top));
  };
  const read = (a: number, b: number): Condition | null => {
    const height = box.bottom - box.top;
    const [low, high] = [Math.max(a, b), Math.min(a, b)].map((y) => valueAt(scale, 1 - y / height));
    return conditionOf(field, low!, high!, scale, space);
  };
  const shown = dragged ?? (condition === undefined ? null : spanOf(panel, box, i, condition, space));
  return (
    <div
      class="strip"
      style={{
        left: `${parallelX(box, panel.axes.length, i) - half}px`,
        top: `${box.top}px`,
        width: `${2 * half}px`,
        height: `${box.bottom - box.top}px`,
      }}
      title={`drag to select by ${label}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = top(event);
      }}
      onPointerMove={(event) => {
        if (from.current === null) return;
        event.stopPropagation(); // nothing is sought under the pointer meanwhile
        const to = top(event);
        setDragged([Math.min(from.current, to), Math.max(from.current, to)]);
        onBrush(field, read(from.current, to), false);
      }}
      onPointerUp={(event) => {
        const [start, to] = [from.current, top(event)];
        from.current = null;
        setDragged(null);
        if (start === null) return;
        onBrush(field, Math.abs(to - start) < 4 ? null : read(start, to), true);
      }}
      onClick={(event) => event.stopPropagation()}
    >
      {shown === null ? null : (
        <div class="span" style={{ top: `${shown[0]}px`, height: `${Math.max(2, shown[1] - shown[0])}px` }} />
      )}
    </div>
  );
}

/** The value at a share of an axis. */
function valueAt({ kind, low, high }: Scale, share: number): number {
  return kind === "log" ? low * (high / low) ** share : low + share * (high - low);
}

function conditionOf(field: string, low: number, high: number, scale: Scale, space: Space): Condition | null {
  if (scale.kind !== "band")
    return { field, kind: "range", min: Number(low.toPrecision(4)), max: Number(high.toPrecision(4)) };
  const domain = space.parameters.find(({ name }) => name === field)?.domain;
  if (domain?.kind !== "categorical") return null;
  const { at } = paramAxis(field, domain);
  const values = domain.values.filter((value) => at(value) >= low - 0.3 && at(value) <= high + 0.3);
  return values.length === 0 ? null : { field, kind: "list", values };
}

function spanOf(
  panel: ParallelPanel,
  box: Box,
  i: number,
  condition: Condition,
  space: Space,
): readonly [number, number] | null {
  const yOf = (value: number): number =>
    Math.min(box.bottom, Math.max(box.top, parallelY(panel, box, i, value))) - box.top;
  const { scale } = panel.axes[i]!;
  if (condition.kind === "range") {
    const low = Math.max(condition.min, scale.low);
    const high = Math.min(condition.max, scale.high);
    return [yOf(high), yOf(low)];
  }
  const domain = space.parameters.find(({ name }) => name === condition.field)?.domain;
  if (domain === undefined || domain.kind !== "categorical") return null;
  const { at } = paramAxis(condition.field, domain);
  const places = condition.values.map(at).filter(Number.isFinite);
  if (places.length === 0) return null;
  return [yOf(Math.max(...places) + 0.3), yOf(Math.min(...places) - 0.3)];
}
