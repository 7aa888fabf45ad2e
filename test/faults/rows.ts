/** A fault of the table: the tests that bring it about, and what of it is not run. */
export interface FaultRow {
  readonly row: number;
  readonly fault: string;
  /** Files below `test/`. */
  readonly tests: readonly string[];
  readonly notRun?: string;
}

const chaos = "faults/nats/chaos";
const simulated = "faults/simulated/simulated";
const recovery = "integration/nats-recovery";
const files = "integration/nats-files";

export const faultRows: readonly FaultRow[] = [
  { row: 1, fault: "worker killed (SIGKILL) at random", tests: [chaos, simulated] },
  {
    row: 2,
    fault:
      "coordinator killed at random and at seven places between choosing a trial and letting go of its messages",
    tests: ["faults/nats/failpoints", "faults/nats/resume", chaos, simulated],
  },
  {
    row: 3,
    fault: "server killed, down for moments and for longer than a lease",
    tests: [chaos, "faults/nats/leases", simulated],
  },
  { row: 4, fault: "server ended (SIGTERM) or stopped (SIGSTOP)", tests: ["faults/nats/server-away"] },
  { row: 5, fault: "all three killed at random", tests: [chaos, simulated] },
  {
    row: 6,
    fault: "built wrongly: acknowledge first, no primary key, no attempt check; each must fail",
    tests: ["faults/nats/controls"],
  },
  {
    row: 7,
    fault: "one worker cut off for less and for longer than its lease: frozen network, pulled cable, stopped",
    tests: ["faults/nats/partition", "faults/nats/machines", "faults/nats/leases"],
  },
  { row: 8, fault: "one direction lost; a slow line that stalls", tests: ["faults/nats/partition"] },
  { row: 9, fault: "everything stored on the server is lost", tests: ["faults/nats/leases", recovery] },
  { row: 10, fault: "a torn file on the server", tests: [recovery] },
  { row: 11, fault: "the server's disk is full", tests: ["faults/nats/server-disk"] },
  { row: 12, fault: "the room the server may take is used up", tests: ["faults/nats/server-disk", files] },
  {
    row: 13,
    fault: "the coordinator's disk is full, and a worker's",
    tests: ["faults/nats/full-disks", "faults/study/disk-full", "faults/storage/disk-full", simulated],
  },
  {
    row: 14,
    fault: "two coordinators of one study; one that was stopped and wakes up",
    tests: ["faults/nats/paused-coordinator", recovery],
  },
  {
    row: 15,
    fault: "eight workers race for the same offers, while the server is killed",
    tests: ["faults/nats/claims"],
  },
  { row: 16, fault: "broken and double uploads, server killed during a download", tests: [files] },
  { row: 17, fault: "a flipped byte in a stored file", tests: [files] },
  { row: 18, fault: "a worker that joins after 500 orders", tests: ["faults/nats/orders"] },
  {
    row: 19,
    fault: "orders given while the worker, or the server, is away",
    tests: ["faults/nats/orders", recovery],
  },
  {
    row: 20,
    fault: "clocks of workers and coordinators that are wrong or jump",
    tests: ["faults/nats/clocks"],
    notRun: "a server whose clock jumps",
  },
  {
    row: 21,
    fault: "a hundred workers and five studies for long",
    tests: [],
    notRun: "a bench, not a test: `npx tsx bench/lab.ts --parts soak --minutes 60`; an hour is in lab.md",
  },
  {
    row: 22,
    fault: "a trial that kills its worker each time",
    tests: ["faults/nats/poison", "integration/coordinator"],
  },
  {
    row: 23,
    fault: "coordinator, server and workers killed in one moment, back under their old names",
    tests: ["faults/nats/all-at-once"],
  },
  {
    row: 24,
    fault: "the stream of reports filled up for studies that do not exist",
    tests: ["faults/nats/crowded"],
  },
  { row: 25, fault: "thousands of messages that are none", tests: ["faults/nats/crowded"] },
  {
    row: 26,
    fault: "damaged and forged messages, every kind and every field, among genuine ones",
    tests: ["faults/study/mutants"],
  },
  {
    row: 27,
    fault: "the coordinator's machine is lost with its disk, again and again; or only cut off",
    tests: ["faults/nats/failover", "faults/nats/resume-from-lab", "integration/nats-journal"],
  },
  {
    row: 28,
    fault: "stolen keys of a worker and of a viewer; orders that are forged, or recorded and repeated",
    tests: [
      "faults/attacks/stolen-worker-key",
      "faults/attacks/stolen-viewer-key",
      "faults/attacks/signed-orders",
      "faults/attacks/accounts",
    ],
  },
  {
    row: 29,
    fault: "servers of a cluster of three killed: each, the leader of each stream, and two at once",
    tests: ["faults/nats/cluster", "integration/nats-cluster"],
  },
  {
    row: 30,
    fault: "the coordinator's connection broken at each step of taking a study up",
    tests: ["faults/simulated/opening"],
  },
];
