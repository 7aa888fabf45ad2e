/**
 * A coordinator's connection may break at any moment while it takes a study up. Leases stand still while it is lost, so a
 * coordinator that never hears that it is back waits for dead workers for ever.
 */
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
  /** Steps until the study was open. */
  readonly steps: number;
}

/** Opens a study; the connection breaks once, after this many steps. */
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
  while (lab.time.now < 2_000) await lab.step(); // without its server no coordinator begins
  const bus = await making;
  const study = { isOpen: false };
  const opening = bus
    .open({ commit: () => {}, worker: () => {}, connection: (state) => heard.push(state) })
    .then(() => (study.isOpen = true));
  let steps = 0;
  const until = 60_000;
  while (!study.isOpen && lab.time.now < until) {
    if (steps === breakAfter) wires[0]?.break(100);
    await lab.step();
    steps += 1;
  }
  expect(study.isOpen, `a connection that breaks after ${breakAfter} steps`).toBe(true);
  await opening;
  for (const end = lab.time.now + 10_000; lab.time.now < end;) await lab.step();
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
