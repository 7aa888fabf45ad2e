import { expect, test } from "vitest";
import { startScript } from "../support/script.ts";

const program = new URL("heap-process.ts", import.meta.url);

/** How much the room for what is new has grown by a lot of it, and by what factor the heap may before it is collected again. */
async function heap(...how: readonly string[]): Promise<{ room: number; factor: number }> {
  const process = startScript(program, how);
  const { how: code } = await process.ended;
  expect(code).toBe(0);
  const text = process.lines.join("\n");
  return {
    room: Number(/^grown (\S+)$/m.exec(text)?.[1]),
    factor: Number(/new limit: .*\((\S+)\)/.exec(text)?.[1]),
  };
}

test("the command line's heap grows by a third before it is collected, and its room for what is new does not", async () => {
  expect(await heap("lean")).toEqual({ room: 1, factor: 1.3 });
}, 120_000);

test("Node's own heap grows by more", async () => {
  const { room, factor } = await heap();
  expect(room).toBeGreaterThan(1);
  expect(factor).toBeGreaterThan(1.5);
}, 120_000);
