/**
 * The command line in a process that has few files left to open: `crowded-cli.ts SPARE ARGUMENTS…`. To be started with
 * a low limit (ulimit -n). Its own workers have the same limit, and none of the files.
 */
import { closeSync, openSync } from "node:fs";
// What the command needs is loaded before.
import "../../orchestrator/cli/commands/run.ts";
import "../../orchestrator/cli/drive.ts";
import "../../orchestrator/run/run-sweep.ts";
import { commandLineIn } from "./command-line.ts";

const [spare, ...args] = process.argv.slice(2);
const files: number[] = [];
try {
  for (;;) files.push(openSync("/dev/null", "r"));
} catch {
  for (const file of files.splice(-Number(spare))) closeSync(file);
}
const { code, out, err } = await commandLineIn(process.cwd())(...args);
for (const file of files) closeSync(file);
process.stdout.write(`${out}${err}exit code ${code}\n`);
