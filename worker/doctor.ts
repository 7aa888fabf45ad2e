/** Tells the process that forked this one what can train here: engines never share a process with anything else. */
import { listEngines } from "./engines/registry.ts";

const report = { engines: await listEngines() };
// TF.js backends keep the process alive.
process.send?.(report, () => process.exit(0));
