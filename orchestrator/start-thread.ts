import { Worker } from "node:worker_threads";

/**
 * Starts the thread whose file lies beside `here` (an import.meta.url): `name` without its ending. In a checkout that is not
 * built a thread does not inherit the loader of TypeScript files, so it is given it.
 */
export function startThread(here: string, name: string, data?: unknown): Worker {
  if (!here.endsWith(".ts")) return new Worker(new URL(`${name}.js`, here), { workerData: data });
  const entry = new URL(`${name}.ts`, here).href;
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const start = `import(${loader}).then((tsx) => { tsx.register(); return import(${JSON.stringify(entry)}); });`;
  return new Worker(start, { eval: true, workerData: data });
}
