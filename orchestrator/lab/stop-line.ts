import { errors } from "@nats-io/transport-node";
import { z } from "zod";
import { parseJson } from "../../worker/protocol/nats/server/bucket.ts";
import type { Link } from "../../worker/protocol/nats/link/link.ts";
import type { Names } from "../../worker/protocol/nats/server/names.ts";
import { UserError } from "../errors.ts";

const requestSchema = z.strictObject({ trial: z.int().min(0).nullable() });
const answerSchema = z.strictObject({ ok: z.boolean(), message: z.string().max(2000) });
type Request = z.infer<typeof requestSchema>;
type Answer = z.infer<typeof answerSchema>;

const patienceMs = 5_000;
const presenceMs = 2_000;
const subjectOf = (names: Names, study: string): string => `${names.prefix}.stop.${study}`;

/**
 * A coordinator answers those who want its study stopped, or a trial of it. `stop` says what happens, or throws
 * `UserError`. Ends with the connection.
 */
export function answerStops(
  link: Link,
  names: Names,
  study: string,
  stop: (trial: number | null) => string,
): void {
  link.nc.subscribe(subjectOf(names, study), {
    callback: (error, msg) => {
      if (error !== null) return;
      const request = requestSchema.safeParse(parseJson(msg.string())).data;
      if (msg.data.length === 0) msg.respond(); // a question whether a coordinator is there
      else if (request !== undefined) msg.respond(JSON.stringify(answerTo(request, stop)));
    },
  });
}

function answerTo({ trial }: Request, stop: (trial: number | null) => string): Answer {
  try {
    return { ok: true, message: stop(trial) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** Asks the coordinator of a study to stop it. `null`: none runs it now. Throws `UserError` when it refuses. */
export async function askForStop(
  link: Link,
  names: Names,
  study: string,
  trial: number | null,
): Promise<string | null> {
  const request = JSON.stringify({ trial } satisfies Request);
  let text: string;
  try {
    const answer = await link.nc.request(subjectOf(names, study), request, { timeout: patienceMs });
    text = answer.string();
  } catch (error) {
    if (isNobody(error)) return null;
    throw error;
  }
  const answer = answerSchema.safeParse(parseJson(text)).data;
  if (answer === undefined)
    throw new UserError("the study's coordinator is of another version of seqtune; stop it on its machine");
  if (!answer.ok) throw new UserError(answer.message);
  return answer.message;
}

/** Does a coordinator run the study now? One of another version is there, and says nothing. */
export async function isAnswering(link: Link, names: Names, study: string): Promise<boolean> {
  try {
    await link.nc.request(subjectOf(names, study), "", { timeout: presenceMs });
    return true;
  } catch (error) {
    if (isNobody(error)) return false;
    if (error instanceof errors.TimeoutError) return true;
    throw error;
  }
}

function isNobody(error: unknown): boolean {
  if (error instanceof errors.NoRespondersError) return true;
  return error instanceof Error && error.cause instanceof errors.NoRespondersError;
}
