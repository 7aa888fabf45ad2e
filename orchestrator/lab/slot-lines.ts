import { plural } from "../../worker/data/errors.ts";
import { refKey } from "../../worker/protocol/ids.ts";
import type { SlotNews } from "../../worker/protocol/slot.ts";
import { duration, figure } from "../views/numbers.ts";

/** One line about what a slot's process says; `null` for what needs none. */
export function slotLine(news: SlotNews): string | null {
  switch (news.kind) {
    case "ready":
      return `ready: ${news.engine.engine}/${news.engine.backend} on ${news.engine.device}`;
    case "connection":
      return connectionLine(news);
    case "waiting":
      return "waiting for work";
    case "started": {
      const where = news.from === 0 ? "" : `, going on after epoch ${news.from}`;
      return `trial ${attemptWords(news)} started${where}`;
    }
    case "ended": {
      const why = news.why === null ? "" : `: ${news.why}`;
      return `trial ${attemptWords(news)} ${endWords[news.how]}${pace(news)}${why}`;
    }
    case "problem":
      return news.message;
    case "fatal":
      return null;
    default:
      return news satisfies never;
  }
}

const endWords = {
  complete: "complete",
  stopped: "stopped by the coordinator",
  paused: "paused by the coordinator",
  handed_back: "handed back",
  diverged: "diverged",
  failed: "failed",
} as const;

function attemptWords({ ref }: Extract<SlotNews, { kind: "started" | "ended" }>): string {
  return `${ref.trial} (${refKey(ref)})`;
}

function pace({ epochs, seconds }: Extract<SlotNews, { kind: "ended" }>): string {
  if (epochs === 0) return "";
  return ` after ${plural(epochs, "epoch")} in ${duration(seconds * 1000)} (${figure(epochs / Math.max(seconds, 1e-3))} per second)`;
}

function connectionLine(news: Extract<SlotNews, { kind: "connection" }>): string | null {
  switch (news.state) {
    case "open":
      return `connected to ${news.servers}`;
    case "connecting":
      return `${news.problem ?? "no server answers"}; trying again`;
    case "reconnecting":
      return `the server at ${news.servers} does not answer; training continues, reconnecting`;
    case "closed":
      return news.problem === undefined ? null : `the connection ended: ${news.problem}`;
    default:
      return news.state satisfies never;
  }
}
