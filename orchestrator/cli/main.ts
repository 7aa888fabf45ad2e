import { processIo } from "./io.ts";
import { keepHeapLean } from "./lean-heap.ts";
import { runCli } from "./program.ts";

keepHeapLean();
// Not process.exit: what is still on its way to a pipe would be lost.
process.exitCode = await runCli(process.argv.slice(2), processIo());
