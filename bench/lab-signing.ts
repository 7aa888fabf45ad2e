/** What it costs to sign and to check what a coordinator says: npx tsx bench/lab-signing.ts */
import { nkeys } from "@nats-io/transport-node";
import { Seal } from "../worker/protocol/nats/link/seal.ts";
import { assignment } from "../test/support/assignment.ts";
import { machineLine } from "./machine.ts";

const pair = nkeys.createUser();
const coordinator = new Seal(new TextDecoder().decode(pair.getSeed()), []);
const worker = new Seal(null, [pair.getPublicKey()]);
const open = new Seal(null, []);

const messages: readonly (readonly [string, object])[] = [
  ["a watermark", { n: 17, epoch: 1_795_000_000, worker: "gpu-box-1a2b-1@ABCDEFGH" }],
  ["an offer", assignment("study-1", 17)],
];
const subject = "$KV.SEQTUNE_CONTROL.done.study-1.17.1";
const rounds = 5_000;

/** Microseconds of processor time a call, median of five runs: others on the machine change that little. */
function cost(task: () => void): number {
  const runs = Array.from({ length: 5 }, () => {
    const from = process.cpuUsage();
    for (let i = 0; i < rounds; i++) task();
    const { user, system } = process.cpuUsage(from);
    return (user + system) / rounds;
  });
  return runs.toSorted((a, b) => a - b)[2]!;
}

console.log(`## Signing\n\n${machineLine()}\n`);
console.log(
  "| processor time, µs per message | bytes | written without a key | signed | read without a key | checked |",
);
console.log("| --- | --- | --- | --- | --- | --- |");
for (const [name, value] of messages) {
  const text = coordinator.write(subject, value);
  const figures = [
    cost(() => open.write(subject, value)),
    cost(() => coordinator.write(subject, value)),
    cost(() => open.read(subject, text)),
    cost(() => worker.read(subject, text)),
  ];
  console.log(`| ${name} | ${text.length} | ${figures.map((one) => one.toFixed(1)).join(" | ")} |`);
}
