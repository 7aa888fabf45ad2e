import { describe, expect, it } from "vitest";
import { Desertions } from "../../../orchestrator/coordinator/deserted.ts";

const ref = { study: "s", trial: 1, attempt: 1 };

describe("an attempt that its worker no longer names", () => {
  it("is given up after the patience, not before", () => {
    const desertions = new Desertions(60_000);
    expect(desertions.look(ref, false, 0)).toBeNull();
    expect(desertions.look(ref, false, 59_000)).toBeNull();
    expect(desertions.look(ref, false, 60_000)).toMatchObject({ died: false });
  });

  it("is forgiven when the worker names it again", () => {
    const desertions = new Desertions(60_000);
    desertions.look(ref, false, 0);
    desertions.look(ref, true, 50_000);
    expect(desertions.look(ref, false, 70_000)).toBeNull();
    expect(desertions.look(ref, false, 100_000)).toBeNull();
  });

  it("is given up soon when its process died, with the words for that, once", () => {
    const desertions = new Desertions(60_000);
    desertions.ended(ref, { died: true, reason: "out of memory" }, 0);
    expect(desertions.look(ref, false, 1_000)).toBeNull();
    expect(desertions.look(ref, false, 3_000)).toEqual({ died: true, reason: "out of memory" });
    expect(desertions.look(ref, false, 3_500)).toBeNull();
  });

  it("is forgotten when it ends", () => {
    const desertions = new Desertions(60_000);
    desertions.look(ref, false, 0);
    desertions.forget(ref);
    expect(desertions.look(ref, false, 60_000)).toBeNull();
  });

  it("is waited for while no worker can be heard", () => {
    const desertions = new Desertions(60_000);
    desertions.ended(ref, { died: true, reason: "killed" }, 0);
    desertions.connection("lost", 1_000);
    expect(desertions.look(ref, false, 90_000)).toBeNull();
    desertions.connection("open", 100_000);
    expect(desertions.look(ref, false, 101_000)).toBeNull();
    expect(desertions.look(ref, false, 103_000)).toMatchObject({ died: true });
  });

  it("is waited for while what its worker said before still arrives", () => {
    const desertions = new Desertions(60_000);
    desertions.look(ref, false, 0);
    desertions.heard(ref, 50_000);
    expect(desertions.look(ref, false, 100_000)).toBeNull();
    expect(desertions.look(ref, false, 110_000)).toMatchObject({ died: false });
  });
});
