import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { goalWords } from "../../../orchestrator/views/goals-text.ts";
import { figure, percent } from "../../../orchestrator/views/numbers.ts";
import { bestNaive, skill } from "../../../orchestrator/views/skill.ts";
import type { StudyHead, StudyStatus } from "../../../orchestrator/views/page/wire.ts";
import type { LiveStudy } from "../data/live-study.ts";
import { go, hrefTo, param, selectionQuery, setParam } from "../route.ts";
import { Filters } from "../selection/filters.tsx";
import { chosen, conditions } from "../selection/selection.ts";
import { columnsOf, rowsOf, sortRows, usualColumns, type Column } from "../table/columns.ts";
import { TrialTable } from "../table/table.tsx";

export function Trials({ live }: { readonly live: LiveStudy }): JSX.Element {
  const [head, status] = [live.head.value!, live.status.value!];
  const trials = live.list.value;
  const wanted = conditions.value;
  const rows = useMemo(() => rowsOf(trials, head, status.goals), [trials, head, status.goals]);
  const columns = useMemo(
    () =>
      columnsOf(
        head,
        status,
        trials.some(({ repeatOf }) => repeatOf !== null),
      ),
    [head, status, trials],
  );
  const shownText = param("columns");
  const shown = useMemo(() => {
    const ids = shownText === null ? usualColumns(columns) : shownText.split(",").map(decodeURIComponent);
    return columns.filter(({ id }) => ids.includes(id) || id === ":number");
  }, [columns, shownText]);
  const sort = param("sort") ?? ":rank";
  const some = useMemo(() => {
    const kept = new Set(chosen(trials).map(({ number }) => number));
    return sortRows(
      rows.filter(({ trial }) => kept.has(trial.number)),
      columns,
      sort,
    );
  }, [rows, columns, sort, trials, wanted]);
  const hrefOf = (trial: number): string => hrefTo(["s", live.key, "trial", String(trial)], selectionQuery());
  return (
    <>
      <h1>Trials</h1>
      <p class="says">
        Every value is that of a trial's best epoch. {rankingWords(status)} {baselineWords(head, status)}
      </p>
      <Filters head={head} chosen={some.length} all={rows.length} />
      <ColumnChoice columns={columns} shown={shown} />
      {rows.length === 0 ? (
        <p class="says">There is no trial yet; the first appears here by itself.</p>
      ) : (
        <TrialTable
          label="trials"
          columns={shown}
          rows={some}
          sort={sort}
          onSort={(by) => setParam("sort", by === ":rank" ? null : by)}
          hrefOf={hrefOf}
          onRow={(trial) => go(hrefOf(trial))}
        />
      )}
    </>
  );
}

function rankingWords({ goals }: Pick<StudyStatus, "goals">): string {
  return goals === null ? "" : `Ranked ${goalWords(goals)}: # 1 is the Pareto front.`;
}

function baselineWords({ goal, perfect }: StudyHead, { baselines }: Pick<StudyStatus, "baselines">): string {
  const naive = bestNaive(baselines, goal)?.value ?? null;
  const known = baselines.filter(({ value }) => value !== null);
  if (known.length === 0) return "";
  const words = known.map(({ name, value }) => {
    const gain = skill(value, naive, perfect ?? Number.NaN);
    return `${name} ${figure(value)}${gain === null ? "" : ` (skill ${percent(gain)})`}`;
  });
  return `Baselines: ${words.join(", ")}.`;
}

interface ColumnChoiceProps {
  readonly columns: readonly Column[];
  readonly shown: readonly Column[];
}

function ColumnChoice({ columns, shown }: ColumnChoiceProps): JSX.Element {
  const ids = shown.map(({ id }) => id);
  const change = (id: string): void => {
    const next = ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id];
    setParam("columns", next.map(encodeURIComponent).join(","));
  };
  return (
    <details class="columns">
      <summary>columns</summary>
      <div class="choices">
        {columns
          .filter(({ id }) => id !== ":number")
          .map(({ id, label }) => (
            <label>
              <input type="checkbox" checked={ids.includes(id)} onChange={() => change(id)} />{" "}
              <bdi>{label}</bdi>
            </label>
          ))}
        <button type="button" onClick={() => setParam("columns", null)}>
          the usual ones
        </button>
      </div>
    </details>
  );
}
