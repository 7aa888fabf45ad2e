/** Prints what Node does with its heap; `lean`: as the command line has it. */
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { keepHeapLean } from "../../orchestrator/cli/lean-heap.ts";

if (process.argv[2] === "lean") keepHeapLean();

/** Room for what is new, bytes. */
function room(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")!.space_size;
}

/** Makes a lot, of which this much stays. */
function make(staying: number): void {
  const kept = new Map<number, { readonly round: number }>();
  for (let round = 0; round < 3_000_000; round++) kept.set(round % staying, { round });
}

make(10); // the second half of the room is taken when it is used first
const before = room();
make(100_000);
console.log(`grown ${room() / before}`);

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");
setFlagsFromString("--trace-gc-verbose"); // prints the factor by which the heap may grow until the next collection
collect();
