import { existsSync } from "node:fs";
import path from "node:path";
import { Hono, type Context } from "hono";
import { StoreError } from "../../storage/errors.ts";
import type { Study, StudyStore } from "../../storage/store.ts";
import { systemClock } from "../../worker/protocol/clock.ts";
import { blobFile } from "../../worker/protocol/local/file-blobs.ts";
import { blobFolderOf } from "../run/blob-folder.ts";
import { leaderboard } from "../views/leaderboard.ts";
import { bestShareRule, readBestShare } from "../views/best-share.ts";
import { curveBlock, metricColumns } from "../views/page/curves.ts";
import { StudyList } from "../views/page/studies.ts";
import { studySnapshot } from "../views/page/study.ts";
import type { AttemptList } from "../views/page/wire.ts";
import { recordedDetail } from "../views/plot-study/detail.ts";
import { plotAttempts, readPlotStudy } from "../views/plot-study/read.ts";
import type { PlotForecast } from "../views/plots/kinds/forecast.ts";
import { trialView } from "../views/trial.ts";
import { Feeds } from "./feeds.ts";
import { listenTo } from "./listen.ts";
import { Recent } from "./recent.ts";
import { importanceText } from "./importance.ts";
import type { Source } from "./source.ts";

/** Pages that may listen at once. */
const mostListeners = 500;

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What the page asks for. Everything only reads. */
export function apiRoutes(source: Source): Hono {
  const list = new StudyList();
  const feeds = new Feeds(source, list);
  const recent = new Recent();
  const app = new Hono();

  app.get("/studies", (c) => {
    const store = source.storeIfAny();
    return c.json(store === null ? [] : list.read(store, (study) => source.isDriven(study)));
  });
  app.get("/live", (c) => (isFull(feeds) ? tooMany(c) : listenTo(c, feeds.studies)));

  app.get("/studies/:key", (c) =>
    ofStudy(c, source, (store, study) =>
      json(
        recent.text(`study ${study.key}`, store.dataVersion(), () =>
          JSON.stringify(studySnapshot(store, study, source.isDriven(study))),
        ),
      ),
    ),
  );
  app.get("/studies/:key/live", (c) =>
    ofStudy(c, source, (_store, study) =>
      isFull(feeds) ? tooMany(c) : listenTo(c, feeds.ofStudy(study.key), c.req.query("after")),
    ),
  );
  tableRoutes(app, source, recent);
  app.get("/studies/:key/leaderboard", (c) =>
    ofStudy(c, source, (store, study) =>
      c.json(leaderboard(store, study, { driven: source.isDriven(study) })),
    ),
  );
  trialRoutes(app, source);
  app.all("*", (c) => c.json({ error: "there is nothing at this address" }, 404));
  app.onError((error, c) => {
    if (error instanceof StoreError) return c.json({ error: error.message }, 503);
    return c.json({ error: `internal error (a bug in seqtune): ${error.message}` }, 500);
  });
  return app;
}

/** Columns of numbers about all trials of a study. */
function tableRoutes(app: Hono, source: Source, recent: Recent): void {
  app.get("/studies/:key/curves", (c) =>
    ofStudy(c, source, async (store, study) => {
      const block = await recent.of(`curves ${study.key}`, store.dataVersion(), () =>
        curveBlock(store, study.id, breathe),
      );
      return c.body(new Uint8Array(block.buffer as ArrayBuffer), 200, {
        "Content-Type": "application/octet-stream",
      });
    }),
  );
  app.get("/studies/:key/metrics", (c) =>
    ofStudy(c, source, async (store, study) => c.json(await metricColumns(store, study.id, breathe))),
  );
  app.get("/studies/:key/attempts", (c) =>
    ofStudy(c, source, (store, study) => c.json(plotAttempts(store, study) satisfies AttemptList)),
  );
  app.get("/studies/:key/importance/:best?", (c) =>
    ofStudy(c, source, async (store, { id, key }) => {
      const best = readBestShare(c.req.param("best") ?? "100");
      if (best === null) return c.json({ error: bestShareRule("importance/P") }, 400);
      // Only what has ended counts: a forest for every report would be one too many.
      const { complete, pruned, diverged, failed } = store.counts(id);
      const ended = complete + pruned + diverged + failed;
      return json(
        await recent.of(`importance ${key} ${best}`, ended, () => importanceText(source.file, key, best)),
      );
    }),
  );
  app.get("/studies/:key/ranges", (c) =>
    ofStudy(c, source, (store, study) => c.json(readPlotStudy(store, study, systemClock.now()).ranges)),
  );
}

/** One trial of a study. */
function trialRoutes(app: Hono, source: Source): void {
  app.get("/studies/:key/trials/:number{[0-9]{1,9}}", (c) =>
    ofStudy(c, source, (store, study) => {
      const trial = store.trial(study.id, Number(c.req.param("number")));
      if (trial === null)
        return c.json({ error: `${study.name} has no trial ${c.req.param("number")}` }, 404);
      return c.json(trialView(store, study, trial, weightsOf(source.file)));
    }),
  );
  app.get("/studies/:key/trials/:number{[0-9]{1,9}}/forecast", (c) =>
    ofStudy(c, source, (store, study) => {
      const trial = Number(c.req.param("number"));
      const detail = recordedDetail(store, study, trial);
      const reason = `What trial ${trial} predicts was not recorded, as it is of the best trials when a study ends; seqtune plot forecast ${study.name} --trial ${trial} asks its model.`;
      const forecast: PlotForecast =
        detail === null ? { kind: "unknown", reason } : { kind: "known", trial, detail };
      return c.json(forecast);
    }),
  );
}

function weightsOf(file: string): (sha256: string) => string | null {
  const blobs = path.resolve(blobFolderOf(file));
  return (sha256) => {
    const weights = blobFile(blobs, sha256);
    return existsSync(weights) ? weights : null;
  };
}

function json(text: string): Response {
  return new Response(text, { headers: { "Content-Type": "application/json" } });
}

async function ofStudy(
  c: Context,
  source: Source,
  answer: (store: StudyStore, study: Study) => Response | Promise<Response>,
): Promise<Response> {
  const key = c.req.param("key") ?? "";
  const study = source.study(key);
  if (study === null) return c.json({ error: `there is no study "${key}" in ${source.file}` }, 404);
  return await answer(source.store(), study);
}

function isFull(feeds: Feeds): boolean {
  return feeds.size >= mostListeners;
}

function tooMany(c: Context): Response {
  return c.json({ error: `${mostListeners} pages are open already` }, 503);
}
