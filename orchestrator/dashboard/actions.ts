import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { StoreError } from "../../storage/errors.ts";
import type { Study } from "../../storage/store.ts";
import { UserError } from "../errors.ts";
import { enqueueConfiguration } from "../run/enqueue.ts";
import { markInvalid } from "../run/mark-invalid.ts";
import { stopStudy } from "../run/stop-study.ts";
import type { Source } from "./source.ts";

const invalidSchema = z.strictObject({ reason: z.string() });
const enqueueSchema = z.strictObject({ configuration: z.string() });

/**
 * What a page may do besides showing, where the dashboard was started with --actions. The same as the commands do: a request
 * in the database that the coordinator reads. The guard has seen the token and the page's origin.
 */
export function actionRoutes(source: Source): Hono {
  const app = new Hono();
  const { file } = source;
  const trialOf = (c: Context): number => Number(c.req.param("number"));
  app.use("/studies/*", bodyLimit({ maxSize: 200_000 }));
  app.post("/studies/:key/stop", (c) => act(c, source, ({ name }) => stopStudy(file, name, null)));
  app.post("/studies/:key/trials/:number{[0-9]{1,9}}/stop", (c) =>
    act(c, source, ({ name }) => stopStudy(file, name, trialOf(c))),
  );
  app.post("/studies/:key/trials/:number{[0-9]{1,9}}/invalid", (c) =>
    act(c, source, async ({ name }) => {
      const { reason } = await bodyOf(c, invalidSchema);
      return markInvalid(file, name, trialOf(c), reason);
    }),
  );
  app.post("/studies/:key/enqueue", (c) =>
    act(c, source, async ({ name }) => {
      const { configuration } = await bodyOf(c, enqueueSchema);
      return enqueueConfiguration(file, name, configuration);
    }),
  );
  app.onError((error, c) => {
    if (error instanceof UserError) return c.json({ error: error.message }, 409);
    return c.json({ error: error.message }, error instanceof StoreError ? 503 : 500);
  });
  return app;
}

async function act(
  c: Context,
  source: Source,
  does: (study: Study) => string | Promise<string>,
): Promise<Response> {
  const key = c.req.param("key") ?? "";
  const study = source.study(key);
  if (study === null) return c.json({ error: `there is no study "${key}" in ${source.file}` }, 404);
  return c.json({ done: await does(study) });
}

/** Throws `UserError`. */
async function bodyOf<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await c.req.json().catch(() => null);
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new UserError(`the request cannot be read: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
}
