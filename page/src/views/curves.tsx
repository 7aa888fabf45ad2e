import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { curvesPlot } from "../../../orchestrator/views/plots/kinds/curves.ts";
import type { LiveStudy } from "../data/live-study.ts";
import { Figure } from "../plot/figure.tsx";
import { go, hrefTo, param, selectionQuery, setParam } from "../route.ts";
import { Filters } from "../selection/filters.tsx";
import { chosen, conditions } from "../selection/selection.ts";
import { AllAxes, Choice } from "./controls.tsx";

export function Curves({ live }: { readonly live: LiveStudy }): JSX.Element {
  const study = live.study.value!;
  const trials = live.list.value;
  const wanted = conditions.value;
  const some = useMemo(() => chosen(trials), [trials, wanted]);
  const top = Number(param("top")) || null;
  const all = param("all") === "1";
  const plot = useMemo(
    () => curvesPlot({ ...study, trials: some }, { ...(top === null ? {} : { top }), all }),
    [study, some, top, all],
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
