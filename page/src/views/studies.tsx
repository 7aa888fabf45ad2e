import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { digits, localTime, percent } from "../../../orchestrator/views/numbers.ts";
import { standingOf } from "../../../orchestrator/views/standing.ts";
import { countsText } from "../../../orchestrator/views/counts.ts";
import type { StudyLine } from "../../../orchestrator/views/page/wire.ts";
import { listen } from "../data/stream.ts";
import { hrefTo, param, setParam } from "../route.ts";

const skillWords =
  "Skill: how far the best trial comes from the best naive forecast (0%) to a perfect model (100%).";

type SortBy = "name" | "state" | "best" | "skill" | "trials" | "started";

const columns: readonly (readonly [SortBy, string])[] = [
  ["name", "study"],
  ["state", "state"],
  ["best", "best"],
  ["skill", "skill"],
  ["trials", "trials"],
  ["started", "started"],
];

export function Studies(): JSX.Element {
  const [studies, setStudies] = useState<readonly StudyLine[] | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    document.title = "seqtune";
    return listen(["live"], () => "", {
      studies: (data) => {
        setStudies(JSON.parse(data) as readonly StudyLine[]);
        setTrouble(null);
      },
      trouble: (data) => setTrouble((JSON.parse(data) as { readonly error: string }).error),
    });
  }, []);
  const search = param("search") ?? "";
  const sort = param("sort") ?? "-started";
  const found = (studies ?? []).filter(({ name, metric }) =>
    `${name} ${metric}`.toLowerCase().includes(search.toLowerCase()),
  );
  const sorted = sortStudies(found, sort);
  const mark = (key: string): void => {
    const changed = new Set(marked);
    if (!changed.delete(key)) changed.add(key);
    setMarked(changed);
  };
  return (
    <>
      <h1>Studies</h1>
      {trouble === null ? null : (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <StudyTools search={search} marked={marked} />
      {studies === null ? (
        <p class="says loading">loading …</p>
      ) : studies.length === 0 ? (
        <p class="says">
          There is no study yet; start one with <code>seqtune run configs/quickstart.yaml</code>. It appears
          here by itself.
        </p>
      ) : sorted.length === 0 ? (
        <p class="says">No study is called like that.</p>
      ) : (
        <>
          <StudyTable studies={sorted} sort={sort} marked={marked} onMark={mark} />
          <p class="says">{skillWords}</p>
        </>
      )}
    </>
  );
}

function StudyTools({ search, marked }: { search: string; marked: ReadonlySet<string> }): JSX.Element {
  return (
    <div class="tools">
      <label>
        search{" "}
        <input
          type="search"
          value={search}
          onInput={(event) => setParam("search", event.currentTarget.value || null)}
        />
      </label>
      {marked.size < 2 ? (
        <span class="says">mark two or more to compare them</span>
      ) : (
        <a
          class="button"
          href={hrefTo(["compare"], new URLSearchParams([...marked].map((key) => ["with", key])))}
        >
          compare {marked.size}
        </a>
      )}
    </div>
  );
}

interface StudyTableProps {
  readonly studies: readonly StudyLine[];
  readonly sort: string;
  readonly marked: ReadonlySet<string>;
  readonly onMark: (key: string) => void;
}

function StudyTable({ studies, sort, marked, onMark }: StudyTableProps): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="studies">
      <table class="studies">
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">compare</span>
            </th>
            {columns.map(([id, label]) => (
              <th
                scope="col"
                aria-sort={sort === id ? "ascending" : sort === `-${id}` ? "descending" : "none"}
                class={["best", "skill", "trials"].includes(id) ? "number" : ""}
              >
                <button type="button" onClick={() => setParam("sort", sort === id ? `-${id}` : id)}>
                  {label}
                  <span aria-hidden="true">{sort === id ? " ▲" : sort === `-${id}` ? " ▼" : ""}</span>
                </button>
              </th>
            ))}
            <th scope="col">outcomes</th>
          </tr>
        </thead>
        <tbody>
          {studies.map((study) => (
            <tr key={study.key}>
              <td>
                <input
                  type="checkbox"
                  aria-label={`compare ${study.name}`}
                  checked={marked.has(study.key)}
                  onChange={() => onMark(study.key)}
                />
              </td>
              <td class="study-name">
                <a href={hrefTo(["s", study.key])}>
                  <bdi>{study.name}</bdi>
                </a>
              </td>
              <td>
                <span class={`state ${standingOf(study)}`}>{standingOf(study)}</span>
              </td>
              <td class="number" title={study.metric}>
                {digits(study.best)} <span class="unit">{study.metric}</span>
              </td>
              <td class="number">{percent(study.skill)}</td>
              <td class="number">{totalOf(study)}</td>
              <td>{localTime(study.startedAt)}</td>
              <td class="says">{countsText(study.counts, study.driven)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function totalOf({ counts }: StudyLine): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function sortStudies(studies: readonly StudyLine[], by: string): readonly StudyLine[] {
  const falling = by.startsWith("-");
  const key = keys[(falling ? by.slice(1) : by) as SortBy] ?? keys.started;
  return studies.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    const order =
      typeof left === "number" && typeof right === "number"
        ? left - right
        : String(left).localeCompare(String(right), "en");
    return falling ? -order : order;
  });
}

const keys: Readonly<Record<SortBy, (study: StudyLine) => string | number | null>> = {
  name: ({ name }) => name,
  state: standingOf,
  best: ({ best }) => best,
  skill: ({ skill }) => skill,
  trials: totalOf,
  started: ({ startedAt }) => startedAt,
};
