import { signal } from "@preact/signals";
import { apiUrl, getJson } from "./fetch.ts";

/** Whether this page may stop something. */
export const mayAct = signal(false);

export async function loadAbout(): Promise<void> {
  try {
    mayAct.value = (await getJson<{ readonly actions: boolean }>("about")).actions;
  } catch {
    mayAct.value = false; // the open view says that the server does not answer
  }
}

/** Asks the server to do something. The sentence that it answers with, be it a refusal. */
export async function post(...path: readonly string[]): Promise<string> {
  const answer = await fetch(apiUrl(...path), { method: "POST" }).catch(() => null);
  if (answer === null) return "the server does not answer";
  const text = await answer.text();
  try {
    const read = JSON.parse(text) as { readonly done?: string; readonly error?: string };
    return read.done ?? read.error ?? text;
  } catch {
    return text;
  }
}
