import { assert, property, string } from "fast-check";
import { expect, it } from "vitest";
import { JsonLog } from "../../../orchestrator/cli/json-log.ts";
import { jsonText } from "../../../orchestrator/views/text-width.ts";

/** CSI as one character, a title change, DEL, and text written backwards. */
const hostile = "a\u009B2J\u001B]0;x\u0007\u007F\u202Ecod.exe\u2066";
// eslint-disable-next-line no-control-regex
const steering = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

it("JSON of any text holds nothing that steers a terminal, and says the same", () => {
  expect(jsonText({ reason: hostile })).not.toMatch(steering);
  assert(
    property(string({ unit: "binary" }), (text) => {
      const json = jsonText([text]);
      expect(json).not.toMatch(steering);
      expect(JSON.parse(json)).toEqual([text]);
    }),
  );
});

it("a structured log keeps what a worker says, and no terminal that shows it obeys", () => {
  const lines: string[] = [];
  const log = new JsonLog({ write: (text) => lines.push(text) });
  log.write("warn", "attempt_ended", { reason: hostile });
  expect(lines.join("")).not.toMatch(steering);
  expect(JSON.parse(lines[0]!)).toMatchObject({ reason: hostile });
});
