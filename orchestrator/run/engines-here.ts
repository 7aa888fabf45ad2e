import { z } from "zod";
import { engineInfoSchema } from "../../worker/protocol/messages.ts";
import { forkCheck } from "./fork-check.ts";

/** What worker/doctor.ts tells. */
const reportSchema = z.object({
  engines: z.array(
    z.discriminatedUnion("found", [
      z.object({
        name: z.string(),
        found: z.literal(true),
        info: engineInfoSchema,
        note: z.string().optional(),
      }),
      z.object({ name: z.string(), found: z.literal(false), reason: z.string(), remedy: z.string() }),
    ]),
  ),
});
export type EngineHere = z.infer<typeof reportSchema>["engines"][number];

/** Longer than the slowest engine takes to load. */
const patienceMs = 60_000;

/** What can train on this machine, or whether the engine `wanted` can, as a worker process finds it. */
export async function enginesHere(wanted?: string): Promise<readonly EngineHere[]> {
  const child = forkCheck("doctor", wanted === undefined ? [] : [wanted], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    timeout: patienceMs,
  });
  return await new Promise<readonly EngineHere[]>((resolve, reject) => {
    child.once("error", reject);
    child.once("message", (message) => {
      const report = reportSchema.safeParse(message);
      if (report.success) resolve(report.data.engines);
      else reject(report.error);
    });
    child.once("exit", (code, signal) => reject(new Error(`it ended with ${signal ?? `code ${code}`}`)));
  });
}
