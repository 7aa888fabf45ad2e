import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { comparePlot } from "../../../orchestrator/views/plots/kinds/compare.ts";
import { edfPlot } from "../../../orchestrator/views/plots/kinds/edf.ts";
import { LiveStudy } from "../data/live-study.ts";
import { Figure } from "../plot/figure.tsx";
import { hrefTo, param } from "../route.ts";
import { HistoryControls } from "./controls.tsx";

/** Lines to one server that browsers keep open; beyond them nothing else would be answered. */
const mostLive = 4;

export function Compare({ keys }: { readonly keys: readonly string[] }): JSX.Element {
  const wanted = keys.join("\n");
  const lives = useMemo(() => keys.slice(0, mostLive).map((key) => new LiveStudy(key)), [wanted]);
  useEffect(() => {
    document.title = "compare – seqtune";
    for (const live of lives) void live.start();
    return () => {
      for (const live of lives) live.stop();
    };
  }, [lives]);
  const studies = lives.flatMap((live) => live.study.value ?? []);
  const over = param("over") === "time" ? "time" : "trials";
  const all = param("all") === "1";
  const troubles = lives.flatMap((live) => live.trouble.value ?? []);
  const [first, ...others] = studies;
  const others2 = others.filter(({ metric }) => metric === first?.metric);
  const odd = others.filter(({ metric }) => metric !== first?.metric);
  return (
    <>
      <h1>Compare</h1>
      <p class="says">
        {lives.map((live) => (
          <a class="chip" href={hrefTo(["s", live.key])}>
            <bdi>{live.head.value?.name ?? "…"}</bdi>
          </a>
        ))}{" "}
        {keys.length > mostLive ? `Only the first ${mostLive} of ${keys.length} are shown. ` : ""}
        {odd.map(({ name, metric }) => `${name} is left out: it ranks by ${metric}. `)}
      </p>
      {troubles.map((trouble) => (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      ))}
      {first === undefined ? (
        keys.length === 0 ? (
          <p class="says">Mark studies in the list to compare them.</p>
        ) : null
      ) : (
        <>
          <Figure
            id="compare"
            plot={comparePlot([first, ...others2], { over, all })}
            controls={<HistoryControls over={over} />}
          />
          <Figure id="edf" plot={edfPlot(first, others2, all)} />
        </>
      )}
    </>
  );
}
