/**
 * Tells the process that forked this one what can train here, or whether the engine it names can: engines never share a process with
 * anything else.
 */
import { listEngines, reportOn } from "./engines/registry.ts";

const [wanted] = process.argv.slice(2);
const report = { engines: wanted === undefined ? await listEngines() : [await reportOn(wanted)] };
// TF.js backends keep the process alive.
process.send?.(report, () => process.exit(0));
