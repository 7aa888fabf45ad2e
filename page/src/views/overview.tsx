import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { countsText } from "../../../orchestrator/views/counts.ts";
import { goalWords } from "../../../orchestrator/views/goals-text.ts";
import { digits, duration, figure, localTime, percent } from "../../../orchestrator/views/numbers.ts";
import type { StudyHead, StudyStatus } from "../../../orchestrator/views/page/wire.ts";
import { historyPlot } from "../../../orchestrator/views/plots/kinds/history.ts";
import { sentenceCase, unbroken } from "../../../orchestrator/views/sentence.ts";
import { bestNaive, skill } from "../../../orchestrator/views/skill.ts";
import { byProcess } from "../../../orchestrator/views/worker-processes.ts";
import { standingOf, standingText } from "../../../orchestrator/views/standing.ts";
import type { LiveStudy } from "../data/live-study.ts";
import { progressOf } from "../data/progress.ts";
import { Figure } from "../plot/figure.tsx";
import { go, hrefTo, param, selectionQuery } from "../route.ts";
import { rowsOf } from "../table/columns.ts";
import { Enqueue } from "../actions/forms.tsx";
import { StopButton } from "../actions/stop-button.tsx";
import { CopyYaml, Filters } from "../selection/filters.tsx";
import { noneChosen } from "../selection/none-chosen.ts";
import { chosen, conditions } from "../selection/selection.ts";
import { configurationLines } from "../selection/yaml.ts";
import { HistoryControls } from "./controls.tsx";

export function Overview({ live }: { readonly live: LiveStudy }): JSX.Element {
  const [head, status, study] = [live.head.value!, live.status.value!, live.study.value!];
  const over = param("over") === "time" ? "time" : "trials";
  const all = param("all") === "1";
  const wanted = conditions.value;
  const some = useMemo(() => chosen(live.list.value), [live.list.value, wanted]);
  const plot = useMemo(
    () =>
      some.length === 0 && wanted.length > 0
        ? noneChosen("history", `Best ${study.metric} so far`)
        : historyPlot({ ...study, trials: some }, { over, all }),
    [study, some, wanted, over, all],
  );
  const standing = standingOf(status);
  return (
    <>
      <h1>
        <bdi>{head.name}</bdi> <span class={`state ${standing}`}>{standing}</span>
      </h1>
      <p class="says">{stateWords(head, status)}</p>
      {status.verdict === null ? null : (
        <div class={`verdict ${status.verdict.worth}`}>
          <p>{unbroken(sentenceCase(status.verdict.sentence))}.</p>
          {status.verdict.steps.map((step) => (
            <p class="says">{unbroken(sentenceCase(step))}.</p>
          ))}
        </div>
      )}
      {status.goals === null ? null : (
        <p class="says">
          Trials rank {goalWords(status.goals)}; best so far, curves and colours go by {head.metric} alone.
        </p>
      )}
      {status.note === null ? null : <p class="says">{status.note}.</p>}
      {status.luck === null ? null : <p class="says">{sentenceCase(status.luck)}.</p>}
      {standing === "running" || standing === "interrupted" ? (
        <p class="tools">
          <StopButton what="the study" path={["studies", live.key, "stop"]} />
          <Enqueue study={live.key} configuration={bestConfiguration(live)} />
        </p>
      ) : null}
      <Facts live={live} />
      {wanted.length === 0 ? null : <Filters head={head} chosen={some.length} all={live.list.value.length} />}
      <Figure
        id="history"
        plot={plot}
        onTrial={(trial) => go(hrefTo(["s", live.key, "trial", String(trial)], selectionQuery()))}
        controls={<HistoryControls over={over} />}
      />
      <Running live={live} />
      <HowItWasRun head={head} />
    </>
  );
}

/** Nothing of it is known of a lab's study. */
function HowItWasRun({ head }: { readonly head: StudyHead }): JSX.Element {
  if (head.source === "" && head.data.file === "") return <></>;
  return (
    <details>
      <summary>how it was run: sweep file, data, versions</summary>
      <dl>
        <dt>data</dt>
        <dd>
          <bdi>{head.data.file}</bdi>, sha256 {head.data.sha256}
        </dd>
        <dt>versions</dt>
        <dd>
          {Object.entries(head.versions)
            .map(([name, version]) => `${name} ${version}`)
            .join(", ")}
        </dd>
        <dt>seed</dt>
        <dd>{head.seed}</dd>
      </dl>
      <p>
        <CopyYaml text={head.source} name="sweep.yaml" label="copy the sweep file" />
      </p>
      <pre tabIndex={0}>{head.source}</pre>
    </details>
  );
}

/** That of the best trial, to be changed. */
function bestConfiguration(live: LiveStudy): string {
  const best = rowsOf(live.list.value, live.head.value!, live.status.value!.goals)[0];
  return configurationLines(best?.trial.params ?? {}).join("\n");
}

function stateWords(head: StudyHead, status: StudyStatus): string {
  const standing = standingOf(status);
  const pruner = head.pruner === null ? "" : `, early termination ${head.pruner}`;
  const goal = head.goal === "minimize" ? "lower" : "higher";
  const about = `search method ${head.method}${pruner}; a ${goal} ${head.metric} is better. Started ${localTime(head.startedAt)}`;
  const end = status.endedAt === null ? "" : `, ended ${localTime(status.endedAt)}`;
  const why = status.reason === null ? "" : `: ${status.reason}`;
  const state = standing === "abandoned" ? `; ${standingText(standing, head.name)}` : "";
  return `${sentenceCase(about)}${end}${why}${state}.`;
}

function Facts({ live }: { readonly live: LiveStudy }): JSX.Element {
  const [head, status, trials] = [live.head.value!, live.status.value!, live.list.value];
  const now = useNow(status.driven);
  const first = useMemo(() => rowsOf(trials, head, status.goals)[0], [trials, head, status.goals]);
  // None that breaks a constraint is the best.
  const best = status.goals !== null && first?.rank === null ? undefined : first;
  const progress = progressOf(trials, head, status, now);
  const naive = bestNaive(status.baselines, head.goal);
  const gain = skill(best?.trial.value ?? null, naive?.value ?? null, head.perfect ?? Number.NaN);
  const possible = progress.trained + progress.saved;
  const repeats = trials.filter(({ repeatOf }) => repeatOf !== null).length;
  const searched = trials.length - repeats;
  const used = head.budget.trials === null ? `${searched}` : `${searched} of ${head.budget.trials}`;
  return (
    <div class="facts">
      <Fact label={`best ${head.metric}`}>
        {best?.trial.value == null ? (
          "–"
        ) : (
          <>
            {digits(best.trial.value)}{" "}
            <a href={hrefTo(["s", live.key, "trial", String(best.trial.number)])}>
              trial {best.trial.number}
            </a>
          </>
        )}
      </Fact>
      <Fact label={naive === null ? "skill" : `skill against ${naive.name} (${figure(naive.value)})`}>
        {percent(gain)} {gain === null ? null : <small>100% would be a perfect model</small>}
      </Fact>
      <Fact label="trials">
        {used}{" "}
        <small>
          {countsText(status.counts, status.driven)}
          {repeats === 0 ? "" : `, ${repeats} of them repeats`}
        </small>
      </Fact>
      <Fact label="epochs">
        {progress.trained}{" "}
        <small>
          {progress.saved === 0
            ? ""
            : `${progress.saved} saved by pruning (${Math.round((100 * progress.saved) / possible)} %)`}
        </small>
      </Fact>
      <Fact label={status.driven ? "time left, about" : "took"}>
        {status.driven
          ? progress.left === null
            ? "–"
            : duration(progress.left)
          : duration((status.endedAt ?? lastOf(live)) - head.startedAt)}
      </Fact>
      <Fact label="workers">
        {status.driven ? status.running.length : byProcess(status.workers, ({ id }) => id).length}{" "}
        <small>{status.driven ? "training now" : "took part"}</small>
      </Fact>
    </div>
  );
}

function lastOf(live: LiveStudy): number {
  return live.list.value.reduce((latest, { at }) => Math.max(latest, at), live.head.value!.startedAt);
}

function Fact({
  label,
  children,
}: {
  readonly label: string;
  readonly children: preact.ComponentChildren;
}): JSX.Element {
  return (
    <div class="fact">
      <div class="label">{label}</div>
      <div class="value">{children}</div>
    </div>
  );
}

function Running({ live }: { readonly live: LiveStudy }): JSX.Element {
  const { running } = live.status.value!;
  if (running.length === 0) return <></>;
  return (
    <section>
      <h2>Training now</h2>
      <ul class="running">
        {running.map(({ trial, worker, attempt }) => {
          const { epochsDone = 0, epochs = 1, lastValue = null } = live.trial(trial) ?? {};
          return (
            <li>
              <a href={hrefTo(["s", live.key, "trial", String(trial)])}>trial {trial}</a>
              <progress aria-label={`epochs of trial ${trial}`} value={epochsDone} max={epochs} />
              <span>
                epoch {epochsDone} of {epochs}
              </span>
              <span>{lastValue === null ? "" : digits(lastValue)}</span>
              <span class="says">
                {worker ?? ""}
                {attempt > 1 ? `, attempt ${attempt}` : ""}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The time, once a second while something runs. */
export function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => {
      clearInterval(timer);
    };
  }, [isRunning]);
  return now;
}
