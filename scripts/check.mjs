// `npm run check`: what reads the sources runs side by side, which keeps two cores busy; then the unit tests, which do so by themselves.
import { spawn } from "node:child_process";

/** Runs an npm script; what it wrote, and whether it was content. */
function run(script) {
  return new Promise((resolve) => {
    const began = performance.now();
    const child = spawn("npm", ["run", "--silent", script], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += data));
    child.on("error", (error) => resolve({ script, said: String(error), passed: false, seconds: 0 }));
    child.on("close", (code) => {
      resolve({ script, said, passed: code === 0, seconds: (performance.now() - began) / 1000 });
    });
  });
}

const found = await Promise.all(["typecheck", "lint", "format:check", "unused"].map(run));
for (const { script, said, passed, seconds } of found) {
  console.log(`${passed ? "passed" : "FAILED"} ${script} (${seconds.toFixed(1)} s)`);
  if (!passed) console.log(said);
}
if (found.some(({ passed }) => !passed)) process.exit(1);
const tests = spawn("npm", ["run", "--silent", "test:unit"], { stdio: "inherit" });
tests.on("close", (code) => (process.exitCode = code ?? 1));
