/** Writes that cannot be. */
import { beforeEach, describe, expect, test } from "vitest";
import { InvalidWrite } from "../../../storage/errors.ts";
import type { Write } from "../../../storage/store.ts";
import { added, ended, offered, reported } from "../../support/study-writes.ts";
import type { Scene } from "./scene.ts";

export function refusalsPart(at: Scene): void {
  describe("refuses what cannot be, and then records nothing of the list", () => {
    const wrong: [string, Write[], RegExp][] = [
      ["a trial out of order", [added(5)], /trial 3 to be next/],
      ["a trial that is there already", [added(1)], /trial 3 to be next/],
      ["an attempt out of order", [offered(0, 3)], /attempt 2 to be next/],
      ["an attempt while one is open", [offered(0, 2)], /end of attempt 1 first/],
      ["an attempt of an ended trial", [offered(1, 1)], /a running trial, it is failed/],
      ["an attempt of a paused trial", [offered(2, 1)], /a running trial, it is paused/],
      ["a second end", [ended(1)], /one end, but it is failed/],
      ["the end of a trial that trains", [ended(0)], /end of attempt 1 first/],
      ["a report of an attempt never offered", [reported(0, 2, 0, 1)], /an attempt from 1 to 1/],
      ["a report of a trial without attempts", [reported(2, 1, 0, 1)], /none was offered/],
      ["a report of no trial", [reported(9, 1, 0, 1)], /a trial that was added/],
      [
        "a pause of a paused trial",
        [{ kind: "trial_paused", trial: 2, reason: "", model: null }],
        /a running trial/,
      ],
      [
        "a continuation of a running trial",
        [{ kind: "trial_continued", trial: 0, epochs: 9 }],
        /a paused trial/,
      ],
    ];

    beforeEach(() => {
      at.record(added(0), added(1), added(2), offered(0, 1), ended(1, "failed"));
      at.record({ kind: "trial_paused", trial: 2, reason: "rung", model: null });
    });

    test.each(wrong)("%s", (_what, writes, message) => {
      const before = [
        at.store.trials(at.study.id),
        at.store.attempts(at.study.id),
        at.store.counts(at.study.id),
      ];
      const list = [reported(0, 1, 0, 0.5), ...writes];
      expect(() => at.record(...list)).toThrow(InvalidWrite);
      expect(() => at.record(...list)).toThrow(message);
      expect([
        at.store.trials(at.study.id),
        at.store.attempts(at.study.id),
        at.store.counts(at.study.id),
      ]).toEqual(before);
      expect([...at.store.reports(at.study.id)]).toEqual([]);
    });

    test("a study that is not there", () => {
      expect(() => at.store.record(999, [added(0)], "process")).toThrow(InvalidWrite);
    });
  });
}
