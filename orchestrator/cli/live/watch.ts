import type { Goals } from "../../../search/goals/goals.ts";
import type { StudyEvent, StudyEvents } from "../../events.ts";
import { jsonText, printable } from "../../views/text-width.ts";
import { note, print, type Io } from "../io.ts";
import { plainLine } from "./plain.ts";
import type { LiveTarget } from "./snapshot-of.ts";

/** How a running study is shown: redrawn on a terminal, line by line elsewhere, or as JSON lines for programs. */
export type ViewKind = "live" | "lines" | "json" | "quiet";

export interface WatchTarget extends LiveTarget {
  readonly db: string;
  /** With several metrics or constraints. */
  readonly goals?: Goals;
  /** Trained by the workers of a lab. */
  readonly inLab: boolean;
}

export interface Watching {
  /** Takes the view down; what was printed stays. */
  stop(): void;
}

export async function watchStudy(
  events: StudyEvents,
  kind: ViewKind,
  io: Io,
  target: WatchTarget,
): Promise<Watching> {
  switch (kind) {
    case "json":
      return { stop: events.on((event) => print(io, jsonText(event))) };
    case "lines":
      return { stop: events.on((event) => printLine(io, event, target.metric)) };
    case "quiet":
      return {
        stop: events.on((event) => event.kind === "notice" && note(io, `note: ${printable(event.message)}`)),
      };
    case "live": {
      const { LiveView } = await import("./live-view.ts"); // what measures text takes a tenth of a second to load
      return new LiveView(events, target, io);
    }
    default:
      return kind satisfies never;
  }
}

function printLine(io: Io, event: StudyEvent, metric: string): void {
  const line = plainLine(event, metric);
  if (line !== null) print(io, printable(line));
}
