import { signal } from "@preact/signals";
import { apiUrl, getJson } from "../data/fetch.ts";

/** Whether this page may change something. */
export const mayAct = signal(false);

export async function loadAbout(): Promise<void> {
  try {
    mayAct.value = (await getJson<{ readonly actions: boolean }>("about")).actions;
  } catch {
    mayAct.value = false; // the open view says that the server does not answer
  }
}

export interface Answer {
  readonly isDone: boolean;
  /** What the server says, be it a refusal. */
  readonly words: string;
}

/** Asks the server to do something. */
export async function post(path: readonly string[], body?: object): Promise<Answer> {
  const json = { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const sent = { method: "POST", ...(body === undefined ? {} : json) };
  const answer = await fetch(apiUrl(...path), sent).catch(() => null);
  if (answer === null) return { isDone: false, words: "the server does not answer" };
  const text = await answer.text();
  try {
    const read = JSON.parse(text) as { readonly done?: string; readonly error?: string };
    return { isDone: answer.ok, words: read.done ?? read.error ?? text };
  } catch {
    return { isDone: answer.ok, words: text };
  }
}
