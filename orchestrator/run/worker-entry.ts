import { fileURLToPath } from "node:url";

/** The program a local worker process runs, beside this file in the sources or in dist/. */
export function workerEntry(): string {
  const inSource = import.meta.url.endsWith(".ts");
  return fileURLToPath(new URL(inSource ? "../../worker/main.ts" : "../../worker/main.js", import.meta.url));
}
