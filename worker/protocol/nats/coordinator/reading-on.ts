import type { CoordinatorHandlers } from "../../bus.ts";
import type { ReportReader } from "./report-reader.ts";

/** Holds the reading of reports while the connection is lost, goes on with it afterwards, and tells the handlers of both. */
export class ReadingOn {
  private readonly reader: Pick<ReportReader, "hold" | "start" | "isHeld" | "caughtUp">;
  /** `null`: nobody listens yet, or any more. */
  private readonly handlers: () => CoordinatorHandlers | null;
  /** What the handlers believe of the connection, and whether reading goes on for their next "open". */
  private told: "open" | "lost" | "reading on" = "open";

  constructor(reader: ReadingOn["reader"], handlers: ReadingOn["handlers"]) {
    this.reader = reader;
    this.handlers = handlers;
  }

  lost(): void {
    this.reader.hold();
    const handlers = this.handlers();
    if (handlers === null) return;
    this.told = "lost";
    handlers.connection?.("lost");
  }

  /**
   * Nothing waits here for the end of catching up: the connection may break before, and is then repaired again. A reader that
   * was started while the connection was lost begins again: its end of catching up may be over, and without "open" no
   * lease would ever run out.
   */
  goOn(): void {
    const { reader } = this;
    if (!reader.isHeld && this.told !== "lost") return;
    this.told = "reading on";
    reader.hold();
    void reader.caughtUp().then(() => {
      const handlers = this.handlers();
      if (reader.isHeld || handlers === null) return;
      this.told = "open";
      handlers.connection?.("open");
    });
    reader.start();
  }
}
