import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import {
  digits,
  duration,
  figure,
  localTime,
  paramText,
  percent,
} from "../../../orchestrator/views/numbers.ts";
import type { PlotForecast } from "../../../orchestrator/views/plots/kinds/forecast.ts";
import { forecastPlot } from "../../../orchestrator/views/plots/kinds/forecast.ts";
import { trialCurvesPlot } from "../../../orchestrator/views/plots/kinds/trial-curves.ts";
import type { TrialView } from "../../../orchestrator/views/trial.ts";
import { getJson } from "../data/fetch.ts";
import type { LiveStudy } from "../data/live-study.ts";
import { useLoaded } from "../data/resource.ts";
import { Figure } from "../plot/figure.tsx";
import { hrefTo, param, selectionQuery } from "../route.ts";
import { Enqueue, MarkInvalid } from "../actions/forms.tsx";
import { StopButton } from "../actions/stop-button.tsx";
import { CopyYaml } from "../selection/filters.tsx";
import { configurationLines, configurationYaml } from "../selection/yaml.ts";
import { AllAxes } from "./controls.tsx";

export function TrialPage({
  live,
  number,
}: {
  readonly live: LiveStudy;
  readonly number: number;
}): JSX.Element {
  const known = live.trial(number);
  const loaded = useLoaded(
    () => getJson<TrialView>("studies", live.key, "trials", String(number)),
    [live.key, number, known?.epochsDone, known?.state, known?.attempts],
  );
  const forecast = useLoaded(
    () => getJson<PlotForecast>("studies", live.key, "trials", String(number), "forecast"),
    [live.key, number, live.status.value?.state],
  );
  if (loaded.kind === "loading") return <p class="says loading">loading …</p>;
  if (loaded.kind === "trouble") return <p class="trouble">{loaded.message}</p>;
  const trial = loaded.value;
  return (
    <>
      <TrialHead trial={trial} live={live} />
      <Params trial={trial} />
      <Curve trial={trial} />
      {forecast.kind === "there" ? (
        <Figure id="forecast" plot={forecastPlot(live.study.value!, forecast.value, param("all") === "1")} />
      ) : null}
      <Attempts trial={trial} />
      <Evaluations trial={trial} />
    </>
  );
}

function TrialHead({ trial, live }: { readonly trial: TrialView; readonly live: LiveStudy }): JSX.Element {
  const last = live.list.value.length - 1;
  const to = (number: number): string => hrefTo(["s", live.key, "trial", String(number)], selectionQuery());
  const { value, bestEpoch, skill, reason, outcome, baseline } = trial;
  return (
    <>
      <h1>
        Trial {trial.number} <span class={`outcome ${outcome}`}>{outcome}</span>
      </h1>
      <p class="says">
        {value === null
          ? `It has no ${trial.metric}.`
          : `Its ${trial.metric} is ${digits(value)} at epoch ${bestEpoch ?? "?"} of ${trial.epochs}${skill === null || baseline === null ? "" : `, skill ${percent(skill)} against ${baseline.name} (${figure(baseline.value)})`}.`}{" "}
        {reason === null ? "" : `${reason}.`}
      </p>
      <p class="tools">
        {trial.number > 0 ? <a href={to(trial.number - 1)}>previous</a> : null}
        {trial.number < last ? <a href={to(trial.number + 1)}>next</a> : null}
        {outcome === "running" || outcome === "paused" ? (
          <StopButton
            what="this trial"
            path={["studies", live.key, "trials", String(trial.number), "stop"]}
          />
        ) : null}
        <CopyYaml
          text={configurationYaml(trial.params)}
          name={`trial-${trial.number}.yaml`}
          label="copy as YAML"
        />
        {outcome === "running" || outcome === "paused" || outcome === "invalid" ? null : (
          <MarkInvalid study={live.key} trial={trial.number} />
        )}
        <Enqueue study={live.key} configuration={configurationLines(trial.params).join("\n")} />
      </p>
    </>
  );
}

function Params({ trial }: { readonly trial: TrialView }): JSX.Element {
  const facts: readonly (readonly [string, string])[] = [
    ["seed", String(trial.seed)],
    ["origin", trial.origin ?? ""],
    ["started", localTime(trial.startedAt)],
    ["took", trial.endedAt === null ? "" : duration(trial.endedAt - trial.startedAt)],
    [
      "model",
      trial.model === null
        ? "not kept"
        : `${trial.model.file ?? "not on this machine"} (epoch ${trial.model.epoch})`,
    ],
  ];
  return (
    <section class="two">
      <div>
        <h2>Parameters</h2>
        <dl>
          {Object.entries(trial.params).map(([name, value]) => (
            <>
              <dt>
                <bdi>{name}</bdi>
              </dt>
              <dd>
                <bdi>{paramText(value)}</bdi>
              </dd>
            </>
          ))}
        </dl>
      </div>
      <div>
        <h2>Facts</h2>
        <dl>
          {facts
            .filter(([, text]) => text !== "")
            .map(([name, text]) => (
              <>
                <dt>{name}</dt>
                <dd>
                  <bdi>{text}</bdi>
                </dd>
              </>
            ))}
        </dl>
      </div>
    </section>
  );
}

function Curve({ trial }: { readonly trial: TrialView }): JSX.Element {
  const all = param("all") === "1";
  const plot = useMemo(() => trialCurvesPlot(trial, all), [trial, all]);
  return <Figure id="curve" plot={plot} controls={<AllAxes />} />;
}

function Attempts({ trial }: { readonly trial: TrialView }): JSX.Element {
  return (
    <section>
      <h2>Attempts</h2>
      <p class="says">
        {trial.attempts.length === 0 ? "No worker has it yet." : "Each try on one worker, and why it ended."}
      </p>
      {trial.attempts.length === 0 ? null : (
        <div class="scroll" tabIndex={0} role="region" aria-label="attempts">
          <table class="plain">
            <thead>
              <tr>
                {[
                  "attempt",
                  "state",
                  "worker",
                  "engine",
                  "from epoch",
                  "to",
                  "started",
                  "took",
                  "reason",
                ].map((name) => (
                  <th scope="col">{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {trial.attempts.map((one) => (
                <tr>
                  <td class="number">{one.attempt}</td>
                  <td>{one.state.replace("_", " ")}</td>
                  <td>{one.worker ?? ""}</td>
                  <td>{one.engine ?? ""}</td>
                  <td class="number">{one.fromEpoch}</td>
                  <td class="number">{one.toEpoch}</td>
                  <td>{one.startedAt === null ? "" : localTime(one.startedAt)}</td>
                  <td>
                    {one.startedAt === null || one.endedAt === null
                      ? ""
                      : duration(one.endedAt - one.startedAt)}
                  </td>
                  <td class="long">{one.reason ?? ""}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Evaluations({ trial: { evaluations } }: { readonly trial: TrialView }): JSX.Element {
  if (evaluations.length === 0) return <></>;
  return (
    <section>
      <h2>Beside the baselines</h2>
      {evaluations.map(({ split, metrics, baselines, windows }) => (
        <div class="scroll" tabIndex={0} role="region" aria-label={`evaluation on ${split} rows`}>
          <table class="plain">
            <caption>
              {split} rows, {windows} samples
            </caption>
            <thead>
              <tr>
                <th scope="col">metric</th>
                <th scope="col" class="number">
                  model
                </th>
                {Object.keys(baselines).map((name) => (
                  <th scope="col" class="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {Object.entries(metrics).map(([name, value]) => (
                <tr>
                  <th scope="row">{name}</th>
                  <td class="number">{figure(value)}</td>
                  {Object.values(baselines).map((known) => (
                    <td class="number">{figure(known[name] ?? null)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </section>
  );
}
