import { describe, expect, it } from "vitest";
import { ProblemLines } from "../../../orchestrator/lab/problem-lines.ts";
import { MessageDropped } from "../../../worker/protocol/nats/link/traffic-errors.ts";

/** A clock whose only timer is fired by hand. */
function ticking(): { readonly after: (ms: number, callback: () => void) => () => void; tick: () => void } {
  let due: (() => void) | null = null;
  return {
    after: (_ms, callback) => {
      due = callback;
      return () => (due = null);
    },
    tick: () => due?.(),
  };
}

describe("problems that a coordinator of a lab reports", () => {
  it("are said three times per kind, and then once a minute by number", () => {
    const said: string[] = [];
    const clock = ticking();
    const lines = new ProblemLines(clock, (line) => said.push(line));
    for (let i = 0; i < 100; i++) lines.tell(new MessageDropped(`subject-${i}`, `nonsense ${"x".repeat(i)}`));
    expect(said).toHaveLength(3);
    clock.tick();
    expect(said).toHaveLength(4);
    expect(said[3]).toMatch(/^97 more of this kind, the last: a message on subject-99 is not valid/);
    clock.tick(); // nothing since: the next one is news again
    lines.tell(new MessageDropped("subject", "nonsense"));
    expect(said).toHaveLength(5);
  });

  it("of different kinds do not silence each other, and figures make no kind", () => {
    const said: string[] = [];
    const lines = new ProblemLines(ticking(), (line) => said.push(line));
    for (let i = 0; i < 10; i++) lines.tell(new Error(`did not answer for ${i} s`));
    lines.tell(new Error("the disk is full"));
    expect(said).toEqual([
      "did not answer for 0 s",
      "did not answer for 1 s",
      "did not answer for 2 s",
      "the disk is full",
    ]);
    lines.end();
    expect(said.at(-1)).toBe("7 more of this kind, the last: did not answer for 9 s");
  });
});
