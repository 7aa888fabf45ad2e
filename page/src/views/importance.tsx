import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Importance } from "../../../search/importance.ts";
import { importancePlot } from "../../../orchestrator/views/plots/kinds/importance.ts";
import { getJson } from "../data/fetch.ts";
import type { LiveStudy } from "../data/live-study.ts";
import { useLoaded } from "../data/resource.ts";
import { Figure } from "../plot/figure.tsx";
import { param, setParam } from "../route.ts";
import { Choice } from "./controls.tsx";

const every = "all trials";
const shares = ["50", "25", "10", "5"];

/** The importance of all trials of the search, or of its best `percent`. */
export function loadImportance(key: string, percent: string | null = null): Promise<Importance> {
  return getJson("studies", key, "importance", ...(percent === null ? [] : [percent]));
}

interface ImportanceViewProps {
  readonly live: LiveStudy;
  /** How many trials have ended: with each more it is computed again. */
  readonly ended: number;
}

/** Of all trials, or among the best: `best` in the address. What is selected does not matter: a forest needs the worse ones, too. */
export function ImportanceView({ live, ended }: ImportanceViewProps): JSX.Element {
  const asked = param("best");
  const loaded = useLoaded(() => loadImportance(live.key, asked), [live.key, ended, asked]);
  const study = live.study.value!;
  const plot = useMemo(
    () => (loaded.kind === "there" ? importancePlot(study, loaded.value) : null),
    [study, loaded],
  );
  const options = [every, ...new Set([...(asked === null ? [] : [asked]), ...shares])];
  const controls = (
    <Choice
      label="among"
      value={asked ?? every}
      options={options}
      text={(option) => (option === every ? every : `the best ${option} %`)}
      onChange={(value) => setParam("best", value === every ? null : value)}
    />
  );
  if (plot !== null) return <Figure id="importance" plot={plot} controls={controls} />;
  return (
    <>
      <p class={loaded.kind === "loading" ? "says loading" : "says"}>
        {loaded.kind === "trouble" ? loaded.message : "computing the importance …"}
      </p>
      <div class="controls">{controls}</div>
    </>
  );
}
