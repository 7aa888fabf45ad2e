import { describe, expect, it } from "vitest";
import { type Build, instantiate } from "../../../worker/lstm/kernels.ts";
import { MachineShop } from "../../../worker/lstm/machine.ts";

const count = 20_000;
const from = 65536;
const to = from + count * 4;

/** The kernel's values at evenly spaced points of [low, high]. */
function values(build: Build, kind: number, low: number, high: number): { x: Float32Array; y: Float32Array } {
  const memory = new WebAssembly.Memory({ initial: 8 });
  const x = new Float32Array(memory.buffer, from, count);
  for (let i = 0; i < count; i++) x[i] = low + ((high - low) * i) / (count - 1);
  instantiate(build, memory).mapValues(kind, from, to, count);
  return { x, y: new Float32Array(memory.buffer, to, count) };
}

function largestRelativeError(
  { x, y }: { x: Float32Array; y: Float32Array },
  exact: (x: number) => number,
): number {
  return x.reduce((worst, at, i) => Math.max(worst, Math.abs(y[i]! - exact(at)) / Math.abs(exact(at))), 0);
}

const builds: Build[] = new MachineShop().build === "relaxed" ? ["plain", "relaxed"] : ["plain"];

describe.each(builds)("vector functions of the %s build", (build) => {
  it.each([
    { name: "sigmoid", kind: 0, low: -10, high: 10, exact: (x: number) => 1 / (1 + Math.exp(-x)) },
    { name: "tanh", kind: 1, low: -20, high: 20, exact: Math.tanh },
    { name: "tanh near 0", kind: 1, low: 1e-6, high: 1e-2, exact: Math.tanh },
  ])("$name is accurate to 7e-7", ({ kind, low, high, exact }) => {
    expect(largestRelativeError(values(build, kind, low, high), exact)).toBeLessThan(7e-7);
  });

  it("sigmoid and tanh saturate, and keep what is not a number", () => {
    expect(values(build, 0, -1e30, 1e30).y.at(0)).toBeLessThan(1e-37);
    expect(values(build, 0, -1e30, 1e30).y.at(-1)).toBe(1);
    expect(values(build, 1, -1e30, 1e30).y.at(0)).toBeCloseTo(-1, 6);
    expect(values(build, 1, -1e30, 1e30).y.at(-1)).toBeCloseTo(1, 6);
    expect(values(build, 0, NaN, NaN).y.at(0)).toBeNaN();
    expect(values(build, 1, NaN, NaN).y.at(0)).toBeNaN();
  });
});
