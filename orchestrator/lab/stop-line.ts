/**
 * On a lab a stop is asked over NATS: the machine of the person who asks has no database of the study, and the coordinator is asked
 * directly, so that its answer says what happens.
 */
import { errors } from "@nats-io/transport-node";
import { z } from "zod";
import { JsonBucket, parseJson } from "../../worker/protocol/nats/server/bucket.ts";
import { readLock } from "../../worker/protocol/nats/coordinator/lock.ts";
import type { Link } from "../../worker/protocol/nats/link/link.ts";
import type { Names } from "../../worker/protocol/nats/server/names.ts";
import { UserError } from "../errors.ts";

/** `epoch`: which coordinator is asked, so that a request heard once cannot be made again of another. */
const requestSchema = z.object({ trial: z.int().min(0).nullable(), epoch: z.int().min(0).default(0) });
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
  epoch: () => number = () => 0,
): void {
  const { seal } = link;
  const answer = (subject: string, text: string): Answer => {
    const request = requestSchema.safeParse(seal.read(subject, text)).data;
    if (request === undefined) return { ok: false, message: seal.isStrict ? unsigned : unreadable };
    if (seal.isStrict && request.epoch !== epoch()) return { ok: false, message: outOfDate };
    return answerTo(request, stop);
  };
  link.nc.subscribe(subjectOf(names, study), {
    callback: (error, msg) => {
      if (error !== null) return;
      // A request without words is a question whether a coordinator is there.
      msg.respond(msg.data.length === 0 ? undefined : JSON.stringify(answer(msg.subject, msg.string())));
    },
  });
}

const unsigned = "the request is not signed by a coordinator of this lab; use its coordinator's credentials";
const unreadable = "the request cannot be read; ask with the same version of seqtune";
const outOfDate = "the request was made of an earlier coordinator of this study; ask again";

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
  const subject = subjectOf(names, study);
  let text: string;
  try {
    const request = link.seal.write(subject, {
      trial,
      epoch: await epochOf(link, names, study),
    } satisfies Request);
    const answer = await link.nc.request(subject, request, { timeout: patienceMs });
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

/** Only where orders are signed: elsewhere it is not asked for. */
async function epochOf(link: Link, names: Names, study: string): Promise<number> {
  if (!link.seal.isStrict) return 0;
  const found = await readLock(await JsonBucket.open(link, names.state), study);
  return found?.lock.epoch ?? 0;
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
