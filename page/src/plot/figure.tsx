import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Plot } from "../../../orchestrator/views/plots/plot.ts";
import { renderPicture, type PlacedPanel } from "../../../orchestrator/views/plots/svg/render.ts";
import { unbroken } from "../../../orchestrator/views/sentence.ts";
import { theme } from "../theme.ts";
import { PlotTableView } from "./as-table.tsx";
import { findMark, type Found } from "./hover.ts";
import { paint } from "./paint.ts";

export interface FigureProps {
  /** Unique in the page. */
  readonly id: string;
  readonly plot: Plot;
  readonly onTrial?: (trial: number) => void;
  readonly isChosen?: (trial: number) => boolean;
  /** See `Brushes.hurried`. */
  readonly hurried?: boolean;
  /** Buttons and choices beside the heading. */
  readonly controls?: ComponentChildren;
  /** Drawn over the picture, given where its panels are. */
  readonly over?: (panels: readonly PlacedPanel[]) => ComponentChildren;
}

/** A plot with its heading, its sentence, the picture, and the same as a table. */
export function Figure({ id, plot, controls, ...rest }: FigureProps): JSX.Element {
  return (
    <section class="figure" aria-labelledby={`${id}-heading`}>
      <div class="figure-head">
        <h2 id={`${id}-heading`}>{plot.heading}</h2>
        {controls === undefined ? null : <div class="controls">{controls}</div>}
      </div>
      <p class="says">{unbroken(plot.sentence)}</p>
      {plot.panels.length === 0 ? null : <PictureOf id={id} plot={plot} {...rest} />}
      {plot.table.rows.length === 0 ? null : <PlotTableView id={id} plot={plot} />}
    </section>
  );
}

function PictureOf({
  id,
  plot,
  onTrial,
  isChosen,
  hurried = false,
  over,
}: Omit<FigureProps, "controls">): JSX.Element {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const colors = theme.value;
  const picture = useMemo(
    () =>
      width === 0 ? null : renderPicture(plot, { width, theme: colors, words: false, id, unpainted: true }),
    [plot, width, colors, id],
  );
  const [found, setFound] = useState<Found | null>(null);
  const panels = picture?.panels ?? [];
  // Labels stand on the axes, among the lines: they go on top.
  const isBelow = panels.every(({ panel }) => panel.kind === "parallel");
  const seek = (event: PointerEvent): Found | null => {
    const area = holder.current!.getBoundingClientRect();
    return findMark(panels, event.clientX - area.left, event.clientY - area.top);
  };
  return (
    <div
      class={found?.trial != null && onTrial !== undefined ? "picture picks" : "picture"}
      ref={holder}
      onPointerMove={(event) => setFound(seek(event))}
      onPointerLeave={() => setFound(null)}
      onClick={(event) => {
        const trial = seek(event as unknown as PointerEvent)?.trial;
        if (trial != null) onTrial?.(trial);
      }}
    >
      {picture === null ? null : (
        <>
          {isBelow ? null : <Drawing svg={picture.svg} />}
          <Painting {...picture} hurried={hurried} {...(isChosen === undefined ? {} : { isChosen })} />
          {isBelow ? <Drawing svg={picture.svg} /> : null}
          {over?.(panels)}
          {found === null ? null : <Hint found={found} width={width} />}
        </>
      )}
    </div>
  );
}

/** Markup of our own renderer, which escapes every word; the page's policy lets no script run in it anyway. */
function Drawing({ svg }: { readonly svg: string }): JSX.Element {
  return <div class="drawing" dangerouslySetInnerHTML={{ __html: svg }} />;
}

interface PaintingProps {
  readonly width: number;
  readonly height: number;
  readonly panels: readonly PlacedPanel[];
  readonly isChosen?: (trial: number) => boolean;
  readonly hurried: boolean;
}

function Painting({ width, height, panels, isChosen, hurried }: PaintingProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colors = theme.value;
  useLayoutEffect(() => {
    const ratio = Math.min(2, devicePixelRatio);
    const element = canvas.current!;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    element.style.width = `${width}px`;
    element.style.height = `${height}px`;
    const context = element.getContext("2d")!;
    context.scale(ratio, ratio);
    paint(
      { context, theme: colors, ratio, hurried, ...(isChosen === undefined ? {} : { isChosen }) },
      panels,
    );
  }, [width, height, panels, isChosen, hurried, colors]);
  return <canvas ref={canvas} aria-hidden="true" />;
}

function Hint({ found, width }: { readonly found: Found; readonly width: number }): JSX.Element {
  const toLeft = found.x > width / 2;
  const place = {
    top: `${found.y}px`,
    ...(toLeft ? { right: `${width - found.x + 12}px` } : { left: `${found.x + 12}px` }),
  };
  return (
    <>
      <div class="spot" style={{ left: `${found.x}px`, top: `${found.y}px` }} />
      <div class="hint" style={place}>
        {found.words.map((line) => (
          <div>{line}</div>
        ))}
      </div>
    </>
  );
}

/** The width of an element, 0 before it is known. */
function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const holder = element.current!;
    const take = (wide: number): void => setWidth((known) => (Math.abs(known - wide) < 2 ? known : wide));
    // At once, so that the first frame has the picture.
    take(holder.clientWidth);
    const observer = new ResizeObserver(([entry]) => take(Math.floor(entry!.contentRect.width)));
    observer.observe(holder);
    return () => {
      observer.disconnect();
    };
  }, []);
  return width;
}
