/**
 * Runs the suites that speak to a NATS server on several versions of it: npm run test:nats -- 2.9.10 2.10 2.12 2.15
 * `--contract`: only the bus's contract. What cannot be had is said and is no failure; `--must` makes it one.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { getServer, type GotServer } from "./get-server.ts";

const suites = {
  contract: ["test/integration/nats-contract.test.ts"],
  all: [
    "test/integration/nats-",
    "test/integration/lab",
    "test/integration/worker-credentials",
    "test/faults/nats",
    "test/faults/attacks",
  ],
};

const resultSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) }),
  ),
});

const cache = fileURLToPath(new URL("../../.cache/nats-servers", import.meta.url));
const args = process.argv.slice(2);
const versions = args.filter((arg) => !arg.startsWith("--"));
if (versions.length === 0) {
  process.stderr.write("which servers? npm run test:nats -- 2.9.10 2.10 2.12 2.15\n");
  process.exit(1);
}
const files = args.includes("--contract") ? suites.contract : suites.all;
let allWell = true;
for (const version of versions) {
  const server = await getServer(version, { env: process.env, cache });
  if (server === null) {
    process.stdout.write(`nats-server ${version}: not run, it cannot be had here\n`);
    if (args.includes("--must")) allWell = false;
  } else allWell = (await tested(server)) && allWell;
}
process.exitCode = allWell ? 0 : 1;

async function tested({ file, version, from }: GotServer): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), "seqtune-versions-"));
  const report = path.join(folder, "report.json");
  const begun = performance.now();
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const options = ["--project", "integration", "--maxWorkers=1", ...reporters];
    const child = spawn("npx", ["vitest", "run", ...options, ...files], {
      stdio: ["ignore", 2, 2],
      env: { ...process.env, NATS_SERVER_BIN: file },
    });
    const [code] = await once(child, "exit");
    const result = resultSchema.parse(JSON.parse(readFileSync(report, "utf8")));
    const seconds = Math.round((performance.now() - begun) / 1000);
    const counts = `${result.numPassedTests} passed, ${result.numFailedTests} failed, ${result.numPendingTests} skipped`;
    process.stdout.write(`nats-server ${version} (${from}): ${counts} in ${seconds} s\n`);
    for (const { fullName, status } of result.testResults.flatMap((one) => one.assertionResults))
      if (status === "failed") process.stdout.write(`  failed: ${fullName}\n`);
    return code === 0;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
