import { Hono, type Context } from "hono";
import { StoreError } from "../../storage/errors.ts";
import { UserError } from "../errors.ts";
import { stopStudy } from "../run/stop-study.ts";
import type { Source } from "./source.ts";

/**
 * What a page may do besides showing, where the dashboard was started with --actions. The same as the commands do: a request
 * in the database that the coordinator reads. The guard has seen the token and the page's origin.
 */
export function actionRoutes(source: Source): Hono {
  const app = new Hono();
  app.post("/studies/:key/stop", (c) => act(c, source, null));
  app.post("/studies/:key/trials/:number{[0-9]{1,9}}/stop", (c) =>
    act(c, source, Number(c.req.param("number"))),
  );
  app.onError((error, c) => {
    if (error instanceof UserError) return c.json({ error: error.message }, 409);
    return c.json({ error: error.message }, error instanceof StoreError ? 503 : 500);
  });
  return app;
}

function act(c: Context, source: Source, trial: number | null): Response {
  const key = c.req.param("key") ?? "";
  const study = source.study(key);
  if (study === null) return c.json({ error: `there is no study "${key}" in ${source.file}` }, 404);
  return c.json({ done: stopStudy(source.file, study.name, trial) });
}
