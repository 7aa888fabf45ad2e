import { processIo } from "./io.ts";
import { keepHeapLean } from "./lean-heap.ts";
import { runCli } from "./program.ts";

// Others are over before they have taken much, and quicker with room.
const brief = ["check", "init"];
if (!brief.includes(process.argv[2] ?? "")) keepHeapLean();
// Not process.exit: what is still on its way to a pipe would be lost.
process.exitCode = await runCli(process.argv.slice(2), processIo());
