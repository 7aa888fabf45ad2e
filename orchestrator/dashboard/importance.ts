import { once } from "node:events";
import { startThread } from "../start-thread.ts";

/** The importance of a study's parameters among the best share of its trials, as JSON text, computed beside the server. */
export async function importanceText(file: string, key: string, best: number): Promise<string> {
  const thread = startThread(import.meta.url, "./importance-thread", { file, key, best });
  try {
    const [text] = (await once(thread, "message")) as [string];
    return text;
  } finally {
    await thread.terminate();
  }
}
