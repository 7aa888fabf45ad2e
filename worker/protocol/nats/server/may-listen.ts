import { explain } from "../link/explain.ts";
import type { Link } from "../link/link.ts";
import { drainSubject, keySubject, orderKey, resendSubject, type Names } from "./names.ts";
import { persist } from "../link/retry.ts";
import type { Timings } from "../link/timings.ts";

/**
 * Throws `NotAllowed` where the credentials may not subscribe to what a worker must hear: it would train, and obey
 * no order. The server says so while it takes the subscription, before it answers what is asked after it.
 */
export async function checkMayListen(
  link: Link,
  names: Names,
  timings: Timings,
  signal?: AbortSignal,
): Promise<void> {
  const refusals: Error[] = [];
  const subscriptions = subjectsOf(names).map((subject) =>
    link.nc.subscribe(subject, {
      callback: (error) => {
        if (error !== null) refusals.push(error);
      },
    }),
  );
  try {
    await persist(link, timings, () => link.nc.flush(), signal);
  } finally {
    for (const subscription of subscriptions) subscription.unsubscribe();
  }
  const [refused] = refusals;
  if (refused !== undefined) throw explain(refused, link.servers);
}

/** Some of each kind that it listens to in its life. */
function subjectsOf(names: Names): readonly string[] {
  return [
    drainSubject(names, "*"),
    resendSubject(names, "*"),
    keySubject(names.control, orderKey({ study: "any", trial: 0, attempt: 1 })),
    keySubject(names.state, "pool.>"),
  ];
}
