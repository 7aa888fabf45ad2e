import { z } from "zod";
import { forkCheck } from "../../run/fork-check.ts";
import { ok, problem, type Finding } from "./finding.ts";

/** What worker/gpu-check.ts tells. */
const stepSchema = z.strictObject({
  name: z.string(),
  ok: z.boolean(),
  found: z.string(),
  remedy: z.string().optional(),
});

/** Runs the engine cuda on this machine's GPU, step by step; `onStep` hears each as it is done. */
export async function checkGpu(onStep: (finding: Finding) => void): Promise<readonly Finding[]> {
  const brief = process.env["SEQTUNE_TEST_GPU_CHECK"]; // for tests: at most this many lanes
  const args = brief === undefined ? [] : [brief];
  const child = forkCheck("gpu-check", args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const findings: Finding[] = [];
  const add = (finding: Finding): void => {
    findings.push(finding);
    onStep(finding);
  };
  child.on("message", (message) => add(findingOf(stepSchema.parse(message))));
  await new Promise<void>((resolve) => {
    child.once("close", (code, signal) => {
      if (code !== 0)
        add(problem("GPU check", `its process ended with ${signal ?? `code ${code}`}`, reportIt));
      resolve();
    });
  });
  return findings;
}

const reportIt =
  "report this with these lines and the output of nvidia-smi; train with --engine auto meanwhile";

function findingOf({ name, ok: good, found, remedy }: z.infer<typeof stepSchema>): Finding {
  return good ? ok(name, found) : problem(name, found, remedy ?? reportIt);
}
