import type { Command } from "commander";
import { exitCodes } from "../../errors.ts";
import { engineFindings } from "../doctor/engines.ts";
import type { Finding } from "../doctor/finding.ts";
import { checkGpu } from "../doctor/gpu-check.ts";
import {
  gpuFinding,
  memoryFinding,
  natsFinding,
  nodeFinding,
  processorFinding,
  sqliteFinding,
} from "../doctor/machine.ts";
import { placeFindings } from "../doctor/place.ts";
import { print, printJson, type Io } from "../io.ts";
import { dbFile, dbOption, type DbOptions } from "../options.ts";
import { doctorText, findingsText } from "../text/doctor.ts";

const examples = `
Examples:
  $ seqtune doctor
  $ seqtune doctor --json | jq '.findings[] | select(.status == "problem")'
  $ seqtune doctor --gpu-check

ok: found; missing: optional, with how to get it; problem: prevents training, exit code ${exitCodes.usage}.
`;

export function doctorCommand(program: Command, io: Io): void {
  program
    .command("doctor")
    .option("--json", "one JSON object")
    .option("--gpu-check", "check the engine cuda on this machine's GPU, step by step (takes a minute)")
    .addOption(dbOption())
    .addHelpText("after", examples)
    .action(async (options: DbOptions & { readonly json?: true; readonly gpuCheck?: true }) => {
      if (options.gpuCheck) return await gpuCheck(io, options.json === true);
      const findings = await examine(dbFile(io, options), io.env);
      const healthy = findings.every(({ status }) => status !== "problem");
      if (!healthy) io.exitCode = exitCodes.usage;
      if (options.json) printJson(io, { ok: healthy, findings });
      else print(io, doctorText(findings, io.columns, io.colors));
    });
}

/** Names of the steps are no longer than this. */
const stepNameWidth = 26;

async function gpuCheck(io: Io, json: boolean): Promise<void> {
  const findings = await checkGpu((finding) => {
    if (!json) print(io, findingsText([finding], io.columns, io.colors, stepNameWidth));
  });
  const healthy = findings.every(({ status }) => status !== "problem");
  if (!healthy) io.exitCode = exitCodes.usage;
  if (json) printJson(io, { ok: healthy, findings });
}

async function examine(db: string, env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const [engines, gpu, nats, place] = await Promise.all([
    engineFindings(),
    gpuFinding(),
    natsFinding(env),
    placeFindings(db),
  ]);
  const machine = [nodeFinding(), sqliteFinding(), processorFinding(), memoryFinding()];
  return [...machine, ...engines, gpu, nats, ...place];
}
