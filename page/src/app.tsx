import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { connection } from "./data/stream.ts";
import { LiveStudy } from "./data/live-study.ts";
import { hrefTo, route, selectionQuery } from "./route.ts";
import { isDark, switchTheme } from "./theme.ts";
import { Compare } from "./views/compare.tsx";
import { Curves } from "./views/curves.tsx";
import { Overview } from "./views/overview.tsx";
import { SpaceView } from "./views/space.tsx";
import { Studies } from "./views/studies.tsx";
import { TrialPage } from "./views/trial.tsx";
import { Trials } from "./views/trials.tsx";
import { Workers } from "./views/workers.tsx";

export function App(): JSX.Element {
  const { path, query } = route.value;
  const [kind, key] = path;
  const title = kind === "s" && key !== undefined ? <StudyPage key={key} id={key} /> : null;
  const place = path.join("/");
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    // What had the focus went with the view before: the next stop of the Tab key is in this one.
    if (document.activeElement === document.body)
      document.querySelector<HTMLElement>("#main")?.focus({ preventScroll: true });
  }, [place]);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => skip(event)}>
        skip to the content
      </a>
      <header>
        <a class="home" href={hrefTo([])}>
          seqtune
        </a>
        <span class={`line ${connection.value}`} role="status">
          {lineWords()}
        </span>
        <button type="button" class="theme" onClick={switchTheme}>
          {isDark.value ? "light" : "dark"}
        </button>
      </header>
      {title ?? (
        <main id="main" tabIndex={-1}>
          {kind === "compare" ? <Compare keys={query.getAll("with")} /> : <Studies />}
        </main>
      )}
    </>
  );
}

function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>("#main")?.focus();
}

function lineWords(): string {
  switch (connection.value) {
    case "live":
      return "live";
    case "lost":
      return "the server does not answer; trying again";
    case "waiting":
      return "";
    default:
      return connection.value satisfies never;
  }
}

const tabs = [
  ["", "study"],
  ["curves", "curves"],
  ["trials", "trials"],
  ["space", "space"],
  ["workers", "workers"],
] as const;

function StudyPage({ id }: { readonly id: string }): JSX.Element {
  const live = useMemo(() => new LiveStudy(id), [id]);
  // Before the first frame is painted: the server reads meanwhile.
  useLayoutEffect(() => {
    void live.start();
    return () => {
      live.stop();
    };
  }, [live]);
  const head = live.head.value;
  const trouble = live.trouble.value;
  const [, , view = "", trial] = route.value.path;
  useEffect(() => {
    const here = view === "" ? "" : `${view === "trial" ? `trial ${trial}` : view} – `;
    document.title = head === null ? "seqtune" : `${here}${head.name} – seqtune`;
  }, [head, view, trial]);
  return (
    <>
      <nav aria-label="views of the study">
        <span class={view === "" ? "name headed" : "name"}>
          <bdi>{head?.name ?? ""}</bdi>
        </span>
        {tabs.map(([path, label]) => (
          <a
            href={hrefTo(["s", id, ...(path === "" ? [] : [path])], selectionQuery())}
            aria-current={view === path || (path === "trials" && view === "trial") ? "page" : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
      <main id="main" tabIndex={-1}>
        {trouble === null ? null : (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        {head === null ? (
          trouble === null ? (
            <p class="says loading">loading …</p>
          ) : null
        ) : (
          <ViewOf live={live} view={view} trial={trial} />
        )}
      </main>
    </>
  );
}

function ViewOf(props: {
  readonly live: LiveStudy;
  readonly view: string;
  readonly trial: string | undefined;
}): JSX.Element {
  const { live, view, trial } = props;
  switch (view) {
    case "":
      return <Overview live={live} />;
    case "curves":
      return <Curves live={live} />;
    case "trials":
      return <Trials live={live} />;
    case "space":
      return <SpaceView live={live} />;
    case "workers":
      return <Workers live={live} />;
    case "trial":
      return <TrialPage live={live} number={Number(trial)} />;
    default:
      return <p class="says">There is no view of that name.</p>;
  }
}
