import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Importance } from "../../../search/importance.ts";
import { parallelPlot } from "../../../orchestrator/views/plots/kinds/parallel.ts";
import { chosenParameters, variedParameters } from "../../../orchestrator/views/plots/kinds/params.ts";
import { paretoAxes, paretoChoices } from "../../../orchestrator/views/plots/kinds/pareto.ts";
import type { Plot, PlotKind } from "../../../orchestrator/views/plots/plot.ts";
import { plotOf } from "../../../orchestrator/views/plots/plots.ts";
import type { PlotStudy } from "../../../orchestrator/views/plots/study.ts";
import type { LiveStudy } from "../data/live-study.ts";
import { useLoaded } from "../data/resource.ts";
import { Brushes } from "../plot/brush.tsx";
import { Figure } from "../plot/figure.tsx";
import { go, hrefTo, param, selectionQuery, setParam, setQuery } from "../route.ts";
import { meets, type Condition } from "../selection/conditions.ts";
import { Filters } from "../selection/filters.tsx";
import { noneChosen } from "../selection/none-chosen.ts";
import { chosen, conditions, setCondition } from "../selection/selection.ts";
import { AllAxes, Choice } from "./controls.tsx";
import { ImportanceView, loadImportance } from "./importance.tsx";

const kinds = {
  slice: "by parameter",
  importance: "importance",
  contour: "two parameters",
  pareto: "two metrics",
  failures: "failures",
  edf: "distribution",
  lr: "range tests",
} as const;
type Kind = keyof typeof kinds;

export function SpaceView({ live }: { readonly live: LiveStudy }): JSX.Element {
  const trials = live.list.value;
  const wanted = conditions.value;
  const some = useMemo(() => chosen(trials), [trials, wanted]);
  const asked = param("plot") ?? "";
  const kind: Kind = Object.hasOwn(kinds, asked) ? (asked as Kind) : "slice";
  const ended = trials.reduce((count, { endedAt }) => count + (endedAt === null ? 0 : 1), 0);
  const ranking = useLoaded(() => loadImportance(live.key), [live.key, ended]);
  const importance = ranking.kind === "there" ? ranking.value : null;
  return (
    <>
      <h1>Search space</h1>
      <Filters head={live.head.value!} chosen={some.length} all={trials.length} />
      <Parallel live={live} importance={importance} />
      <div class="kinds" role="group" aria-label="plot of what is selected">
        {Object.entries(kinds).map(([id, label]) => (
          <button type="button" aria-pressed={kind === id} onClick={() => setParam("plot", id)}>
            {label}
          </button>
        ))}
      </div>
      {kind === "importance" ? (
        <ImportanceView live={live} ended={ended} />
      ) : (
        <Chosen
          live={live}
          kind={kind}
          study={{ ...live.study.value!, trials: some }}
          importance={importance}
        />
      )}
    </>
  );
}

interface ParallelProps {
  readonly live: LiveStudy;
  readonly importance: Importance | null;
}

/** All trials; those that are not selected stay as a shade behind the others. */
function Parallel({ live, importance }: ParallelProps): JSX.Element {
  const study = live.study.value!;
  const trials = live.list.value;
  const all = param("all") === "1";
  const [draft, setDraft] = useState<readonly Condition[] | null>(null);
  const wanted = draft ?? conditions.value;
  const order = importance?.kind === "importance" ? importance.parameters.map(({ name }) => name) : null;
  const orderText = order?.join("\n");
  const plot = useMemo(
    () => parallelPlot(study, { ...(order === null ? {} : { importance: order }), all }),
    [study, orderText, all],
  );
  const isChosen = useMemo(() => {
    if (wanted.length === 0) return undefined;
    const kept = new Set(trials.filter((trial) => meets(trial, wanted)).map(({ number }) => number));
    return (trial: number) => kept.has(trial);
  }, [trials, wanted]);
  const brush = (field: string, condition: Condition | null, isDone: boolean): void => {
    if (isDone) {
      setDraft(null);
      setCondition(field, condition);
    } else
      setDraft([
        ...conditions.value.filter((one) => one.field !== field),
        ...(condition === null ? [] : [condition]),
      ]);
  };
  return (
    <Figure
      id="parallel"
      plot={plot}
      onTrial={(trial) => go(hrefTo(["s", live.key, "trial", String(trial)], selectionQuery()))}
      {...(isChosen === undefined ? {} : { isChosen })}
      hurried={draft !== null}
      controls={<AllAxes />}
      over={(panels) => <Brushes panels={panels} space={study.space} conditions={wanted} onBrush={brush} />}
    />
  );
}

interface ChosenProps {
  readonly live: LiveStudy;
  readonly kind: Kind;
  readonly study: PlotStudy;
  readonly importance: Importance | null;
}

function Chosen({ live, kind, study, importance }: ChosenProps): JSX.Element {
  useEffect(() => {
    if (kind === "pareto") void live.loadMetrics();
    if (kind === "lr") void live.loadRanges();
  }, [live, kind]);
  const all = param("all") === "1";
  const names = [param("a"), param("b")];
  const plot = useMemo(
    () => plotFor(kind, study, importance, names, all),
    [kind, study.trials, study.ranges, importance, names.join("\n"), all],
  );
  return (
    <Figure
      id={kind}
      plot={plot}
      onTrial={(trial) => go(hrefTo(["s", live.key, "trial", String(trial)], selectionQuery()))}
      controls={<Names kind={kind} study={study} importance={importance} />}
    />
  );
}

function plotFor(
  kind: Kind,
  study: PlotStudy,
  importance: Importance | null,
  names: readonly (string | null)[],
  all: boolean,
): Plot {
  if (study.trials.length === 0 && conditions.value.length > 0)
    return noneChosen(kind satisfies PlotKind, kinds[kind]);
  const two = kind === "contour" || kind === "pareto";
  const chosenNames = two ? names.filter((name) => name !== null) : [];
  return plotOf(kind, study, {
    ...(importance === null ? {} : { importance }),
    ...(chosenNames.length === 2 ? { names: chosenNames } : {}),
    all,
  });
}

/** Those that matter most, as the plot chooses them. */
function contourNames(study: PlotStudy, importance: Importance | null): readonly string[] {
  const order = importance?.kind === "importance" ? importance.parameters.map(({ name }) => name) : undefined;
  return chosenParameters(study, undefined, order, 2).map(({ name }) => name);
}

/** The two names that a plot is of, where it is of two. */
function Names({ kind, study, importance }: Omit<ChosenProps, "live">): JSX.Element {
  if (kind !== "contour" && kind !== "pareto") return <></>;
  const options = kind === "pareto" ? paretoChoices(study) : variedParameters(study).map(({ name }) => name);
  if (options.length < 2) return <></>;
  const usual = kind === "pareto" ? paretoAxes(study) : contourNames(study, importance);
  const known = (name: string | null, otherwise: string): string =>
    name !== null && options.includes(name) ? name : otherwise;
  const [a, b] = [known(param("a"), usual[0]!), known(param("b"), usual[1]!)];
  const set = (across: string, up: string): void =>
    setQuery((query) => {
      query.set("a", across);
      query.set("b", up);
    });
  return (
    <>
      <Choice label="across" value={a} options={options} onChange={(value) => set(value, b)} />
      <Choice label="up" value={b} options={options} onChange={(value) => set(a, value)} />
    </>
  );
}
