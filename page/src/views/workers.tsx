import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { duration, localTime } from "../../../orchestrator/views/numbers.ts";
import { timelinePlot } from "../../../orchestrator/views/plots/kinds/timeline.ts";
import type { LiveStudy } from "../data/live-study.ts";
import { Figure } from "../plot/figure.tsx";
import { go, hrefTo } from "../route.ts";

export function Workers({ live }: { readonly live: LiveStudy }): JSX.Element {
  const study = live.study.value!;
  const status = live.status.value!;
  const signature =
    status.running.map(({ trial, attempt }) => `${trial}.${attempt}`).join(" ") + status.state;
  useEffect(() => void live.loadAttempts(), [live, signature]);
  const plot = useMemo(() => timelinePlot(study), [study]);
  const lines = useMemo(() => linesOf(live), [study]);
  return (
    <>
      <h1>Workers</h1>
      <Figure
        id="timeline"
        plot={plot}
        onTrial={(trial) => go(hrefTo(["s", live.key, "trial", String(trial)]))}
      />
      {lines.length === 0 ? null : (
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
      )}
    </>
  );
}

interface Line {
  readonly id: string;
  readonly engine: string | null;
  readonly attempts: number;
  readonly lost: number;
  /** Milliseconds. */
  readonly busy: number;
  readonly share: number;
  readonly lastSeen: number | null;
}

/** Utilisation counts from a worker's first attempt to the end of the study, or now. */
function linesOf(live: LiveStudy): readonly Line[] {
  const { attempts, until } = live.study.value!;
  const known = new Map(live.status.value!.workers.map((worker) => [worker.id, worker]));
  const ids = [...new Set([...known.keys(), ...attempts.flatMap(({ worker }) => worker ?? [])])];
  return ids.map((id) => {
    const own = attempts.filter(({ worker, startedAt }) => worker === id && startedAt !== null);
    const busy = own.reduce((sum, { startedAt, endedAt }) => sum + (endedAt ?? until) - startedAt!, 0);
    const first = own.reduce((least, { startedAt }) => Math.min(least, startedAt!), until);
    const { engine = null, lastSeen = null } = known.get(id) ?? {};
    const lost = own.filter(({ state }) => state === "lost").length;
    return {
      id,
      engine,
      attempts: own.length,
      lost,
      busy,
      share: busy / Math.max(1, until - first),
      lastSeen,
    };
  });
}
