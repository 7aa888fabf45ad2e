/**
 * A coordinator's connection may break at any moment while it takes a study up. Leases stand still while it is lost, so a
 * coordinator that never hears that it is back waits for dead workers for ever.
 */
import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { createCoordinatorBus } from "../../../worker/protocol/nats/coordinator/create-coordinator-bus.ts";
import { useFolder } from "../../support/use-folder.ts";
import { SimulatedDisk } from "./disk.ts";
import type { SimulatedWire } from "./jetstream/wire.ts";
import { labTimings, SimulatedLab } from "./lab.ts";
import { Life } from "./time.ts";

const files = useFolder();

interface Opened {
  /** What the coordinator was told of its connection, in this order. */
  readonly heard: readonly ("open" | "lost")[];
  /** How many things happened until the study was open. */
  readonly steps: number;
}

/** Opens a study; the connection breaks once, after so many things have happened. */
async function opened(breakAfter: number): Promise<Opened> {
  const lab = new SimulatedLab(1);
  const life = new Life();
  const wires: SimulatedWire[] = [];
  const heard: ("open" | "lost")[] = [];
  const making = createCoordinatorBus({
    servers: "simulated",
    study: "opening",
    owner: "simulated",
    folder: files.folder,
    copies: new SimulatedDisk().copies,
    clock: lab.time.clock(life),
    timings: labTimings,
    onProblem: () => {},
    dial: async () => {
      const wire = await lab.dial(life);
      wires.push(wire);
      return wire;
    },
  });
  const step = async (): Promise<void> => {
    for (let n = 0; n < 5; n++) await turn(); // promises go on as far as they can
    lab.time.step();
  };
  while (lab.time.now < 2_000) await step(); // without its server no coordinator begins
  const bus = await making;
  const study = { isOpen: false };
  const opening = bus
    .open({ commit: () => {}, worker: () => {}, connection: (state) => heard.push(state) })
    .then(() => (study.isOpen = true));
  let steps = 0;
  const until = 60_000;
  while (!study.isOpen && lab.time.now < until) {
    if (steps === breakAfter) wires[0]?.break(100);
    await step();
    steps += 1;
  }
  expect(study.isOpen, `a connection that breaks after ${breakAfter} steps`).toBe(true);
  await opening;
  for (const end = lab.time.now + 10_000; lab.time.now < end;) await step();
  life.end();
  return { heard, steps };
}

it("a coordinator whose connection breaks while it takes a study up hears that it is back", async () => {
  const { heard, steps } = await opened(Number.POSITIVE_INFINITY);
  expect(heard).toEqual([]);
  const told: number[] = [];
  for (let breakAfter = 1; breakAfter < steps; breakAfter++) {
    const { heard: words } = await opened(breakAfter);
    if (words.includes("lost")) told.push(breakAfter);
    expect(
      words.at(-1) ?? "open",
      `a connection that breaks after ${breakAfter} steps: ${words.join()}`,
    ).toBe("open");
  }
  expect(told).not.toEqual([]);
});
