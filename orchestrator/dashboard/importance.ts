import { once } from "node:events";
import { Worker } from "node:worker_threads";

const inSource = import.meta.url.endsWith(".ts");

/** The importance of a study's parameters as JSON text, computed beside the server. */
export async function importanceText(file: string, key: string): Promise<string> {
  const thread = startThread({ file, key });
  try {
    const [text] = (await once(thread, "message")) as [string];
    return text;
  } finally {
    await thread.terminate();
  }
}

/** In a checkout that is not built: a thread does not inherit the loader of TypeScript files, so it is given it. */
function startThread(data: { readonly file: string; readonly key: string }): Worker {
  if (!inSource) return new Worker(new URL("./importance-thread.js", import.meta.url), { workerData: data });
  const entry = new URL("./importance-thread.ts", import.meta.url).href;
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const start = `import(${loader}).then((tsx) => { tsx.register(); return import(${JSON.stringify(entry)}); });`;
  return new Worker(start, { eval: true, workerData: data });
}
