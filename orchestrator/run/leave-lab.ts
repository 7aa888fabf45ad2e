import type { NatsCoordinatorBus } from "../../worker/protocol/nats/coordinator/coordinator-bus.ts";
import type { Clock } from "../../worker/protocol/clock.ts";
import type { Coordinator } from "../coordinator/coordinator.ts";
import type { Interrupts } from "./parts.ts";

/** How long after an end without waiting the lab may take to be left in good order. */
const abandonMs = 2_000;
/** After this it is said what an end waits for. */
const sayMs = 5_000;
const lookMs = 1_000;

export interface Leaving {
  readonly bus: NatsCoordinatorBus;
  readonly clock: Clock;
  /** How long an end may wait for workers, or for a server that is away, milliseconds. */
  readonly limitMs: number;
  readonly notice: (message: string) => void;
}

/**
 * At the first interrupt running trials are handed back, and waited for no longer than the limit; at the second nothing
 * is waited for. A server that does not answer is left soon after. Returns what is to be called once the lab is left.
 */
export function obey(
  { finish, now }: Interrupts,
  { bus, clock, limitMs, notice }: Leaving,
  driver: Pick<Coordinator, "abandon">,
): () => void {
  const stops: (() => void)[] = [];
  const giveUp = (why: string): void => {
    const reason = `${why}; workers finish what they have, nothing recorded is lost`;
    driver.abandon({ state: "interrupted", reason });
    stops.push(clock.after(abandonMs, () => void bus.abandon()));
  };
  const onNow = (): void => giveUp("interrupted at once");
  const onFinish = (): void => {
    const whom = (): string => (bus.link.answers ? "workers to hand their trials back" : serverOf(bus));
    stops.push(
      clock.after(Math.min(sayMs, limitMs / 2), () =>
        notice(`waiting for ${whom()}, ${seconds(limitMs)} in all at most`),
      ),
      clock.after(limitMs, () => {
        notice(`stopped waiting for ${whom()}`);
        giveUp("interrupted");
      }),
    );
  };
  now.addEventListener("abort", onNow, { once: true });
  finish.addEventListener("abort", onFinish, { once: true });
  return () => {
    now.removeEventListener("abort", onNow);
    finish.removeEventListener("abort", onFinish);
    for (const stop of stops) stop();
  };
}

/**
 * Leaves the lab when its server does not answer for the limit, from now until the returned function is called. What
 * then waits for the server fails; `what` is done without.
 */
export function leaveWhenAway({ bus, clock, limitMs, notice }: Leaving, what: string): () => void {
  const sayAfter = Math.min(sayMs, limitMs / 2);
  let awaySince: number | null = null;
  let said = false;
  const stop = clock.every(Math.min(lookMs, limitMs / 4), () => {
    const now = clock.monotonic();
    if (bus.link.answers) awaySince = null;
    else awaySince ??= now;
    const away = awaySince === null ? 0 : now - awaySince;
    if (away >= sayAfter && !said) {
      said = true;
      notice(`waiting for ${serverOf(bus)} to ${what}, ${seconds(limitMs)} in all at most`);
    }
    if (away < limitMs) return;
    stop();
    notice(`stopped waiting for ${serverOf(bus)} to ${what}`);
    void bus.abandon();
  });
  return stop;
}

function serverOf({ link }: NatsCoordinatorBus): string {
  return `the NATS server at ${link.servers}`;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
