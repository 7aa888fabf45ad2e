import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { duration, localTime } from "../../../orchestrator/views/numbers.ts";
import { byProcess, lanesWords } from "../../../orchestrator/views/worker-processes.ts";
import { timelinePlot } from "../../../orchestrator/views/plots/kinds/timeline.ts";
import type { LiveStudy } from "../data/live-study.ts";
import { Figure } from "../plot/figure.tsx";
import { go, hrefTo, selectionQuery } from "../route.ts";
import { Filters } from "../selection/filters.tsx";
import { chosen, conditions } from "../selection/selection.ts";

export function Workers({ live }: { readonly live: LiveStudy }): JSX.Element {
  const study = live.study.value!;
  const status = live.status.value!;
  const signature =
    status.running.map(({ trial, attempt }) => `${trial}.${attempt}`).join(" ") + status.state;
  useEffect(() => void live.loadAttempts(), [live, signature]);
  const wanted = conditions.value;
  const some = useMemo(() => chosen(live.list.value), [live.list.value, wanted]);
  const plot = useMemo(() => {
    const kept = new Set(some.map(({ number }) => number));
    return timelinePlot(study, (trial) => kept.has(trial));
  }, [study, some]);
  const lines = useMemo(() => linesOf(live), [study]);
  return (
    <>
      <h1>Workers</h1>
      {wanted.length === 0 ? null : (
        <Filters head={live.head.value!} chosen={some.length} all={live.list.value.length} />
      )}
      <Figure
        id="timeline"
        plot={plot}
        onTrial={(trial) => go(hrefTo(["s", live.key, "trial", String(trial)], selectionQuery()))}
      />
      <WorkerTable lines={lines} />
    </>
  );
}

function WorkerTable({ lines }: { readonly lines: readonly Line[] }): JSX.Element {
  if (lines.length === 0) return <></>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="workers">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">worker</th>
            <th scope="col">engine</th>
            <th scope="col" class="number">
              attempts
            </th>
            <th scope="col" class="number">
              lost
            </th>
            <th scope="col" class="number">
              busy
            </th>
            <th scope="col" class="number">
              utilisation
            </th>
            <th scope="col">last seen</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr>
              <td>
                <bdi>{line.id}</bdi>
                {line.lanes === 1 ? "" : `, ${lanesWords(line.training, line.lanes)}`}
              </td>
              <td>{line.engine ?? ""}</td>
              <td class="number">{line.attempts}</td>
              <td class="number">{line.lost}</td>
              <td class="number">{duration(line.busy)}</td>
              <td class="number">{Math.round(100 * line.share)} %</td>
              <td>{line.lastSeen === null ? "" : localTime(line.lastSeen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface Line {
  /** Of a process, with all its lanes. */
  readonly id: string;
  readonly lanes: number;
  readonly training: number;
  readonly engine: string | null;
  readonly attempts: number;
  readonly lost: number;
  /** Milliseconds. */
  readonly busy: number;
  readonly share: number;
  readonly lastSeen: number | null;
}

/** A line for each process. Utilisation counts from each worker's first attempt to the end of the study, or now. */
function linesOf(live: LiveStudy): readonly Line[] {
  const { attempts, until } = live.study.value!;
  const known = new Map(live.status.value!.workers.map((worker) => [worker.id, worker]));
  const ids = [...new Set([...known.keys(), ...attempts.flatMap(({ worker }) => worker ?? [])])];
  return byProcess(ids, (id) => id).map(({ id, lanes }) => {
    const own = attempts.filter(
      ({ worker, startedAt }) => worker !== null && lanes.includes(worker) && startedAt !== null,
    );
    const busy = own.reduce((sum, { startedAt, endedAt }) => sum + (endedAt ?? until) - startedAt!, 0);
    const firsts = lanes.map((lane) =>
      own.reduce(
        (least, { worker, startedAt }) => (worker === lane ? Math.min(least, startedAt!) : least),
        until,
      ),
    );
    const seen = lanes.flatMap((lane) => known.get(lane) ?? []);
    return {
      id,
      lanes: lanes.length,
      training: own.filter(({ endedAt }) => endedAt === null).length,
      engine: seen[0]?.engine ?? null,
      attempts: own.length,
      lost: own.filter(({ state }) => state === "lost").length,
      busy,
      share:
        busy /
        Math.max(
          1,
          firsts.reduce((sum, first) => sum + until - first, 0),
        ),
      lastSeen: seen.length === 0 ? null : Math.max(...seen.map(({ lastSeen }) => lastSeen)),
    };
  });
}
