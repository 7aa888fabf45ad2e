import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { curvesPlot } from "../../../orchestrator/views/plots/kinds/curves.ts";
import type { LiveStudy } from "../data/live-study.ts";
import { Figure } from "../plot/figure.tsx";
import { go, hrefTo, param, selectionQuery, setParam } from "../route.ts";
import { Filters } from "../selection/filters.tsx";
import { noneChosen } from "../selection/none-chosen.ts";
import { chosen, conditions } from "../selection/selection.ts";
import { AllAxes, Choice, Tick } from "./controls.tsx";

export function Curves({ live }: { readonly live: LiveStudy }): JSX.Element {
  const study = live.study.value!;
  const trials = live.list.value;
  const wanted = conditions.value;
  const some = useMemo(() => chosen(trials), [trials, wanted]);
  const top = Number(param("top")) || null;
  const all = param("all") === "1";
  const log = param("log") === "1";
  const plot = useMemo(
    () =>
      some.length === 0 && wanted.length > 0
        ? noneChosen("curves", `Learning curves of ${study.metric}`)
        : curvesPlot({ ...study, trials: some }, { ...(top === null ? {} : { top }), all, log }),
    [study, some, wanted, top, all, log],
  );
  return (
    <>
      <h1>Learning curves</h1>
      <Filters head={live.head.value!} chosen={some.length} all={trials.length} />
      {live.curvesAreThere.value ? (
        <Figure
          id="curves"
          plot={plot}
          onTrial={(trial) => go(hrefTo(["s", live.key, "trial", String(trial)], selectionQuery()))}
          controls={
            <>
              <Choice
                label="show"
                value={top === null ? "all" : `best ${top}`}
                options={["all", "best 5", "best 20", "best 100"]}
                onChange={(value) => setParam("top", value === "all" ? null : value.slice(5))}
              />
              <Tick name="log" label="log axis" />
              <AllAxes />
            </>
          }
        />
      ) : (
        <p class="says loading">loading the curves …</p>
      )}
    </>
  );
}
