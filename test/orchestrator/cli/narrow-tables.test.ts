import { protocolVersion } from "../../../worker/protocol/assignment.ts";
import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { studiesText } from "../../../orchestrator/cli/text/studies.ts";
import { workersText } from "../../../orchestrator/cli/text/workers.ts";
import type { StudyRow } from "../../../orchestrator/views/studies.ts";
import type { SlotRow } from "../../../orchestrator/views/workers.ts";

const colors = pc.createColors(false);

const slot: SlotRow = {
  worker: "gpu-box-1a2b-1",
  host: "gpu-box.lab.example.org",
  version: "0.1.0",
  protocol: protocolVersion,
  compatible: true,
  engine: "fused/native-avx512",
  device: "cpu",
  gpu: null,
  labels: { gpu: "h100", room: "cellar" },
  running: null,
  epoch: null,
  epochs: null,
  epochsPerSecond: null,
  lastSeen: 0,
};

const study: StudyRow = {
  name: "quickstart-with-a-long-name",
  state: "complete",
  trials: 28,
  best: 0.05259,
  driven: false,
  metric: "val_mse",
  goal: "minimize",
  counts: {
    running: 0,
    paused: 0,
    complete: 8,
    pruned: 20,
    diverged: 0,
    failed: 0,
    cancelled: 0,
    invalid: 0,
  },
  startedAt: 0,
  endedAt: 1,
};

describe("on a narrow terminal", () => {
  it("workers says which columns were left out, and is no wider", () => {
    const text = workersText([slot], { now: 5_000, width: 80, colors });
    expect(text).not.toContain("h100");
    expect(text).toMatch(/\nhidden columns: GPU, epoch, epochs\/s, labels \(widen the terminal, or pipe/);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(workersText([slot], { now: 5_000, width: Infinity, colors })).not.toContain("hidden columns");
  });

  it("studies says which columns were left out, and is no wider", () => {
    const text = studiesText([study], 70, colors);
    expect(text).toMatch(/\nhidden columns: outcomes, started \(widen the terminal/);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(70);
    expect(studiesText([study], Infinity, colors)).not.toContain("hidden columns");
  });
});

it("workers marks slots of another protocol, which are not free, and says what to do", () => {
  const foreign = { ...slot, protocol: protocolVersion + 1, compatible: false };
  const text = workersText([slot, { ...foreign, worker: "a" }, { ...foreign, worker: "b" }], {
    now: 5_000,
    width: Infinity,
    colors,
  });
  expect(text.match(/ protocol \d+ /g)).toHaveLength(2);
  expect(text).toContain("1 machine, 3 slots, 1 free");
  expect(text).toContain(
    `2 slots on gpu-box.lab.example.org speak protocol ${protocolVersion + 1}, this is ${protocolVersion}: no trials for them; install the same seqtune there`,
  );
});

it("workers shows the lanes of a process on one line, with what they do together", () => {
  const lanes = [
    { ...slot, worker: "box-1", running: { study: "etth1", trial: 3, attempt: 1 }, epochsPerSecond: 2 },
    { ...slot, worker: "box-1-lane2", running: { study: "etth1", trial: 4, attempt: 1 }, epochsPerSecond: 3 },
    { ...slot, worker: "box-1-lane3", running: null, epochsPerSecond: null },
  ];
  const text = workersText(lanes, { now: 5_000, width: Infinity, colors });
  expect(text.match(/2 of 3 lanes train/g)).toHaveLength(1);
  expect(text).toMatch(/box-1 .* 5 /);
  expect(text).not.toContain("lane2");
});
